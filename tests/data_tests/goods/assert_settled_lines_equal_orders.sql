-- A row is an order without freight whose lines, after their parts of its refunds, do not add up
-- to its net revenue. With freight they need not: the freight's part of a refund is no line's.
{{ config(meta={'dagster': {'ref': {'name': 'fct_orders'}}}) }}

with

lines_summed as (

    select
        order_id,
        sum(net_revenue_cny) as net_revenue_cny

    from {{ ref('int_goods__lines_settled') }}

    group by order_id

)

select
    orders.order_id,
    orders.net_revenue_cny,
    lines_summed.net_revenue_cny as lines_net_revenue_cny

from {{ ref('fct_orders') }} as orders
inner join lines_summed
    on orders.order_id = lines_summed.order_id

where orders.post_fee_cny = 0
    and orders.net_revenue_cny <> lines_summed.net_revenue_cny
