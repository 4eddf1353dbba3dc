-- A row is an order on which more was given back than paid. A warning, because goodwill and
-- double returns are real and must be seen, not repaired.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'fct_orders'}}}) }}

select
    order_id,
    paid_cny,
    refunded_cny

from {{ ref('fct_orders') }}

where refunded_cny > 0
    and refunded_cny > paid_cny
