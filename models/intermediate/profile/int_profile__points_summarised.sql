{#
    Grain: one row per one_id with at least one booking of points.
    Balance is the sum of all bookings, not balance_after: a person may hold several member
    accounts, and a late booking has an old balance. What expires is what is left of the lots.
    Surprise: a lot that is past its day and not yet booked out is in the balance and expires no more.
#}
{%- set days = definition('points_expiring_days', 1, 366) %}
with

points as (

    select * from {{ ref('fct_points') }}

),

lots as (

    select * from {{ ref('int_profile__point_lots') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

balances as (

    select
        one_id,
        cast(sum(change_points) as bigint) as points_balance,
        cast(sum(case when change_points > 0 then change_points else 0 end) as bigint)
            as points_earned,
        max(occurred_at) as last_points_at

    from points

    where one_id is not null

    group by one_id

),

expiries as (

    select
        lots.one_id,
        min({{ brand_date('lots.expires_at') }}) as next_points_expiry_date,
        cast(
            sum(
                case
                    when {{ days_between('as_of.as_of_date', brand_date('lots.expires_at')) }}
                        <= {{ days }} then lots.left_points
                    else 0
                end
            ) as bigint
        ) as expiring_points

    from lots
    cross join as_of

    where lots.left_points > 0
        and lots.expires_at >= as_of.as_of_end_at

    group by lots.one_id

),

final as (

    select
        balances.one_id,
        balances.points_balance,
        balances.points_earned,
        coalesce(expiries.expiring_points, 0) as expiring_points,
        expiries.next_points_expiry_date,
        balances.last_points_at

    from balances
    left join expiries
        on balances.one_id = expiries.one_id

)

select * from final
