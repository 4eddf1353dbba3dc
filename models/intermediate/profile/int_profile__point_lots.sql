{#
    Grain: one row per booking that gave points to a member (ledger_id), with what is left of it.
    First in, first out per member account: all that was ever taken is taken from the oldest
    bookings first. As a balance is never below zero, that is what booking after booking would give.
    A view: int_profile__points_summarised reads it.
    Surprise: an account that was overdrawn has nothing left in any lot.
#}
{{ config(materialized='view') }}
with

points as (

    select * from {{ ref('fct_points') }}

),

debits as (

    select
        member_id_token,
        sum(-change_points) as taken_points

    from points

    where change_points < 0

    group by member_id_token

),

lots as (

    select
        *,
        sum(change_points) over (
            partition by member_id_token
            order by occurred_at, ledger_id
            rows between unbounded preceding and current row
        ) as given_points_so_far

    from points

    where change_points > 0

),

final as (

    select
        lots.ledger_id,
        lots.member_id_token,
        lots.one_id,
        lots.change_points as given_points,
        cast(
            least(
                lots.change_points,
                greatest(lots.given_points_so_far - coalesce(debits.taken_points, 0), 0)
            ) as bigint
        ) as left_points,
        lots.occurred_at,
        lots.expires_at

    from lots
    left join debits
        on lots.member_id_token = debits.member_id_token

)

select * from final
