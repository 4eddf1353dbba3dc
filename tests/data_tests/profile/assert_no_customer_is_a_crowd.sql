-- Failing means one "person" holds more of the revenue than a person can: a default id, a store's
-- phone or a staff card that the identity rules let pass. It does not say which identifier; look
-- at the bridge rows of the one_id. A warning, because a wholesale buyer can be real; it becomes an
-- error once such buyers can be declared.
{%- set min_share = definition('crowd_min_share', 0, 1) %}
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'customer_rfm'}}}) }}

with

customers as (

    select * from {{ ref('customer_rfm') }}

),

shares as (

    select
        one_id,
        order_count,
        net_revenue_cny,
        sum(net_revenue_cny) over () as all_revenue_cny,
        count(*) over () as customers

    from customers

)

select *

from shares

where customers >= 100  -- below that, one good customer is a large share
    and net_revenue_cny > {{ min_share }} * all_revenue_cny
