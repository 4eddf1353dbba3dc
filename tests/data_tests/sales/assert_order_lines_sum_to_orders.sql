-- Failing means an order's lines and freight do not add up to what was paid for it, to the fen,
-- so revenue per product and revenue per order disagree. It does not claim that every order has
-- lines: channels may give none.
{{ config(meta={'dagster': {'ref': {'name': 'fct_order_lines'}}}) }}

with

orders as (

    select * from {{ ref('fct_orders') }}

),

order_lines as (

    select * from {{ ref('fct_order_lines') }}

),

lines_grouped_by_order as (

    select
        order_id,
        count(*) as line_count,
        sum(gross_cny) as gross_cny,
        sum(paid_cny) as paid_cny

    from order_lines

    group by order_id

),

compared as (

    select
        lines.order_id as order_id_of_lines,
        orders.order_id,
        lines.paid_cny as lines_paid_cny,
        orders.paid_cny - orders.post_fee_cny as order_paid_cny

    from lines_grouped_by_order as lines
    left join orders
        on lines.order_id = orders.order_id

    where orders.order_id is null
        or lines.line_count <> orders.line_count
        or lines.gross_cny <> orders.gross_cny
        or lines.paid_cny <> orders.paid_cny - orders.post_fee_cny

)

select *

from compared
