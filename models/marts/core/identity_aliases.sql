{#
    Grain: one row per retired one_id that lives on in another person.
    Join here with an id from an old list or report to find the person of today: never a chain, the
    id given is live.
#}
with

one_ids as (

    select * from {{ ref('one_ids') }}

    where not is_live
        and successor_one_id is not null

),

final as (

    select
        cast(one_id as string) as retired_one_id,
        cast(successor_one_id as string) as one_id,
        cast(retired_reason as string) as reason,
        cast(retired_date as date) as retired_date

    from one_ids

)

select * from final
