{#
    Grain: one row per one_id with at least one paid order.
    Value tier by net revenue: the best share of customers is high, the next middle.
    Surprise: customers with equal revenue share the better tier, so high can hold more people
    than its share; without revenue left a customer is low, however few customers there are.
#}
{%- set high_share = definition('value_tier_high_share', 0, 1) %}
{%- set middle_share = definition('value_tier_middle_share', 0, 1 - high_share) %}

with

purchases as (

    select * from {{ ref('int_lifecycle__purchases_sequenced') }}

),

customers as (

    select
        one_id,
        cast(sum(net_revenue_cny) as decimal(18, 2)) as net_revenue_cny

    from purchases

    group by one_id

),

customers_counted as (

    select
        cast({{ high_share }} as decimal(9, 6)) * count(*) as high_customers,
        cast({{ middle_share }} as decimal(9, 6)) * count(*) as middle_customers

    from customers

),

revenue_counted as (

    select
        net_revenue_cny,
        sum(count(*)) over (
            order by net_revenue_cny desc
            rows between unbounded preceding and current row
        ) - count(*) as customers_better

    from customers

    group by net_revenue_cny

),

final as (

    select
        customers.one_id,
        case
            when customers.net_revenue_cny <= 0 then 'low'
            when revenue.customers_better < limits.high_customers then 'high'
            when revenue.customers_better < limits.high_customers + limits.middle_customers
                then 'middle'
            else 'low'
        end as value_tier,
        customers.net_revenue_cny,
        revenue.customers_better

    from customers
    cross join customers_counted as limits
    inner join revenue_counted as revenue
        on customers.net_revenue_cny = revenue.net_revenue_cny

)

select * from final
