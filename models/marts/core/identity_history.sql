{#
    Grain: one row per identifier_token and valid_from_date: who was whom, in which publishes.
    An identifier belonged to one_id on every as-of day from valid_from_date until the day before
    valid_to_date. Audiences and reports of a past day resolve here as they were.
#}
with

history as (

    select * from {{ ref('int_identity__history') }}

),

final as (

    select
        cast(identifier_type as string) as identifier_type,
        cast(identifier_token as string) as identifier_token,
        cast(one_id as string) as one_id,
        cast(reason as string) as reason,
        cast(ended_reason as string) as ended_reason,
        cast(valid_from_date as date) as valid_from_date,
        cast(valid_to_date as date) as valid_to_date

    from history

)

select * from final
