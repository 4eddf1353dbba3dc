{#
    Grain: one row per month of the first order, acquisition channel, first order's channel,
    campaign and placement.
    Where new customers came from and what they brought since.
    Surprise: campaign and placement are null where no touch before the first order names one.
#}

with

customers as (

    select * from {{ ref('customer_value') }}

),

final as (

    select
        acquisition_channel,
        first_order_channel,
        acquisition_campaign_id,
        acquisition_placement,
        cast(count(*) as bigint) as new_customers,
        cast(count(*) filter (where order_count > 1) as bigint) as repeat_customers,
        cast(sum(order_count) as bigint) as orders,
        cast(sum(first_order_net_revenue_cny) as decimal(18, 2)) as first_order_net_revenue_cny,
        cast(sum(ltv_cny) as decimal(18, 2)) as net_revenue_cny,
        cohort_month_date

    from customers

    group by
        acquisition_channel, first_order_channel, acquisition_campaign_id, acquisition_placement,
        cohort_month_date

)

select * from final
