{#
    Grain: one row per one_id with at least one paid order.
    Value tier by rank of net revenue: the best share of customers is high, the next middle.
    Surprise: customers with equal revenue share the better tier, so high can hold more people
    than its share; without revenue left a customer is low, however few customers there are.
#}
{%- set high_share = definition('value_tier_high_share', 0, 1) %}
{%- set middle_share = definition('value_tier_middle_share', 0, 1 - high_share) %}

with

customers as (

    select * from {{ ref('int_lifecycle__customers_staged') }}

),

ranked as (

    select
        one_id,
        net_revenue_cny,
        cast({{ high_share }} as decimal(9, 6)) * count(*) over () as high_customers,
        cast({{ middle_share }} as decimal(9, 6)) * count(*) over () as middle_customers,
        rank() over (order by net_revenue_cny desc) - 1 as customers_more_valuable

    from customers

),

final as (

    select
        one_id,
        case
            when net_revenue_cny <= 0 then 'low'
            when customers_more_valuable < high_customers then 'high'
            when customers_more_valuable < high_customers + middle_customers then 'middle'
            else 'low'
        end as value_tier,
        net_revenue_cny,
        customers_more_valuable

    from ranked

)

select * from final
