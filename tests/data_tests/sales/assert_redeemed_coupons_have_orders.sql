-- A row is a redeemed coupon whose order was named but is not among the counted orders: the
-- member system and the sales channel disagree. A warning, because the order may be delivered
-- days later or be of a channel that is not connected; tighten it once all channels are.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'fct_coupons'}}}) }}

with

coupons as (

    select * from {{ ref('fct_coupons') }}

    where coupon_state = 'redeemed'
        and order_id is not null

),

orders as (

    select order_id from {{ ref('fct_orders') }}

)

select
    coupons.coupon_code,
    coupons.order_id

from coupons
left join orders
    on coupons.order_id = orders.order_id

where orders.order_id is null
