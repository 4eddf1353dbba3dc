{#
    Grain: one row per one_id that ever held a coupon or paid an order with one.
    What became of the coupons a person received; a coupon has one state as of the as-of day.
    Orders with a coupon: a redeemed coupon names the order, or a line of it shows a code.
#}
with

coupons as (

    select * from {{ ref('fct_coupons') }}

),

purchases as (

    select * from {{ ref('int_lifecycle__purchases_sequenced') }}

),

orders_with_coupon as (

    select order_id from coupons where order_id is not null
    union distinct
    select order_id from {{ ref('fct_order_lines') }} where coupon_code is not null

),

holders as (

    select
        one_id,
        count(*) as coupon_count,
        count(*) filter (where received_at is not null) as taken_coupon_count,
        count(*) filter (where coupon_state = 'redeemed') as redeemed_coupon_count,
        count(*) filter (where coupon_state = 'expired') as expired_coupon_count,
        count(*) filter (where coupon_state in ('issued', 'received')) as open_coupon_count,
        min(case when coupon_state in ('issued', 'received') then expires_at end)
            as next_coupon_expires_at,
        max(redeemed_at) as last_redeemed_at

    from coupons

    where one_id is not null

    group by one_id

),

buyers as (

    select
        purchases.one_id,
        count(*) as coupon_order_count

    from purchases
    semi join orders_with_coupon
        on purchases.order_id = orders_with_coupon.order_id

    group by purchases.one_id

),

final as (

    select
        coalesce(holders.one_id, buyers.one_id) as one_id,
        coalesce(holders.coupon_count, 0) as coupon_count,
        coalesce(holders.taken_coupon_count, 0) as taken_coupon_count,
        coalesce(holders.redeemed_coupon_count, 0) as redeemed_coupon_count,
        coalesce(holders.expired_coupon_count, 0) as expired_coupon_count,
        coalesce(holders.open_coupon_count, 0) as open_coupon_count,
        coalesce(buyers.coupon_order_count, 0) as coupon_order_count,
        holders.next_coupon_expires_at,
        holders.last_redeemed_at

    from holders
    full outer join buyers
        on holders.one_id = buyers.one_id

)

select * from final
