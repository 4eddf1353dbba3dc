{#
    Grain: one row per one_id with at least one booking of points.
    Balance is the sum of all bookings, not balance_after: a person may hold several member
    accounts, and a late booking has an old balance.
#}
with

points as (

    select * from {{ ref('fct_points') }}

),

final as (

    select
        one_id,
        cast(sum(change_points) as bigint) as points_balance,
        cast(sum(case when change_points > 0 then change_points else 0 end) as bigint)
            as points_earned,
        max(occurred_at) as last_points_at

    from points

    where one_id is not null

    group by one_id

)

select * from final
