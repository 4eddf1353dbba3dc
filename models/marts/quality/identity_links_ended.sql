{#
    Grain: one row per record_group and identifier_token whose place on the record has ended.
    What a record said was true until ended_at and not since: a phone released, an account
    cancelled. Without it nobody could tell from the records alone why two people are two;
    `yutang explain` reads it.
#}
with

ended as (

    select * from {{ ref('int_identity__observations_ended') }}

),

identifiers as (

    select
        identifier_token,
        min(identifier_type) as identifier_type

    from {{ ref('int_identity__observations') }}

    group by identifier_token

),

final as (

    select
        cast(ended.record_group as string) as record_group,
        cast(identifiers.identifier_type as string) as identifier_type,
        cast(ended.identifier_token as string) as identifier_token,
        cast(ended.reason as string) as reason,
        cast(ended.ended_at as timestamp) as ended_at

    from ended
    inner join identifiers
        on ended.identifier_token = identifiers.identifier_token

)

select * from final
