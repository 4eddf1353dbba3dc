{#
    Grain: one row per one_id that was ever given, live or retired.
    Ids are never used for a second person; what a retired one became is its successor_one_id.
#}
with

one_ids as (

    select * from {{ ref('int_identity__one_ids') }}

),

final as (

    select
        cast(one_id as string) as one_id,
        cast(minted_from_token as string) as minted_from_token,
        cast(generation as bigint) as generation,
        cast(successor_one_id as string) as successor_one_id,
        cast(reason as string) as retired_reason,
        retired_date is null as is_live,
        cast(minted_date as date) as minted_date,
        cast(retired_date as date) as retired_date

    from one_ids

)

select * from final
