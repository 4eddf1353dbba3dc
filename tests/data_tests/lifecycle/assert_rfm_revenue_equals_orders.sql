-- Failing means the revenue customers are scored by is not the revenue that was booked, so every
-- score, tier and segment is wrong. It does not claim that the orders themselves are complete.
{{ config(meta={'dagster': {'ref': {'name': 'customer_rfm'}}}) }}
{%- set window_days = definition('rfm_window_days', 0, 3650) %}

with

orders as (

    select * from {{ ref('fct_orders') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

customers as (

    select * from {{ ref('customer_rfm') }}

),

orders_of_people as (

    select orders.*

    from orders
    cross join as_of

    where orders.one_id is not null
        and orders.paid_at < as_of.as_of_end_at
        {% if window_days > 0 -%}
        and {{ days_between(brand_date('orders.paid_at'), 'as_of.as_of_date') }} < {{ window_days }}
        {%- endif %}

),

orders_summed as (

    select
        sum(net_revenue_cny) as net_revenue_cny,
        count(*) as order_count,
        (select count(*) from orders) as any_order_count

    from orders_of_people

),

customers_summed as (

    select
        sum(net_revenue_cny) as net_revenue_cny,
        coalesce(sum(order_count), 0) as order_count

    from customers

)

select
    orders_summed.net_revenue_cny as order_revenue_cny,
    customers_summed.net_revenue_cny as customer_revenue_cny,
    orders_summed.order_count as orders,
    customers_summed.order_count as customer_orders

from orders_summed
cross join customers_summed

where orders_summed.net_revenue_cny is distinct from customers_summed.net_revenue_cny
    or orders_summed.order_count is distinct from customers_summed.order_count
    -- Orders, but none of a known person: nothing was compared.
    or (orders_summed.any_order_count > 0 and orders_summed.order_count = 0)
