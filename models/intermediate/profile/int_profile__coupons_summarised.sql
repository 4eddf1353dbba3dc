{#
    Grain: one row per one_id that ever held a coupon.
    What became of the coupons a person received; a coupon has one state as of the as-of day.
#}
with

coupons as (

    select * from {{ ref('fct_coupons') }}

),

final as (

    select
        one_id,
        count(*) as coupon_count,
        count(*) filter (where coupon_state = 'redeemed') as redeemed_coupon_count,
        count(*) filter (where coupon_state = 'expired') as expired_coupon_count,
        count(*) filter (where coupon_state in ('issued', 'received')) as open_coupon_count,
        max(redeemed_at) as last_redeemed_at

    from coupons

    where one_id is not null

    group by one_id

)

select * from final
