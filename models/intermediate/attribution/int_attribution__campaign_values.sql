{#
    Grain: one row per ad channel and campaign that acquired customers, by the model of var
    attribution_report_model: what the acquired are worth so far, and when they had paid it back.
    A person acquired by several touches counts for each with its credit.
    A view: rpt_ad_performance is its only reader.
    Surprise: the young are in it as they are; a payback not reached yet is null.
#}
{{ config(materialized='view') }}
{%- set margin = definition('attribution_margin_share', 0.01, 1) %}
with

attribution as (

    select * from {{ ref('fct_attribution') }}

),

acquisitions as (

    select
        one_id,
        channel,
        campaign_id,
        paid_date as acquired_date,
        sum(credit_ratio) as credit_ratio

    from attribution

    where model = '{{ var("attribution_report_model") }}'
        and is_new_customer
        and booking_type = 'sale'
        and campaign_id is not null

    group by one_id, channel, campaign_id, paid_date

),

revenue_by_age as (

    select
        acquisitions.channel,
        acquisitions.campaign_id,
        {{ days_between('acquisitions.acquired_date', 'orders.paid_date') }} as age_days,
        sum(cast(
            acquisitions.credit_ratio * orders.net_revenue_cny as decimal(28, 4)
        )) as revenue_cny

    from acquisitions
    inner join {{ ref('fct_orders') }} as orders
        on acquisitions.one_id = orders.one_id

    group by
        acquisitions.channel, acquisitions.campaign_id,
        {{ days_between('acquisitions.acquired_date', 'orders.paid_date') }}

),

revenue_cumulated as (

    select
        *,
        sum(revenue_cny) over (
            partition by channel, campaign_id order by age_days
            rows between unbounded preceding and current row
        ) as cumulated_cny

    from revenue_by_age

),

spend as (

    select
        platform,
        campaign_id,
        sum(cost_cny) as cost_cny

    from {{ ref('fct_ad_spend') }}

    group by platform, campaign_id

),

customers as (

    select
        channel,
        campaign_id,
        sum(credit_ratio) as new_customers

    from acquisitions

    group by channel, campaign_id

),

final as (

    select
        revenue_cumulated.channel,
        revenue_cumulated.campaign_id,
        cast(round(sum(revenue_cumulated.revenue_cny), 2) as decimal(18, 2))
            as lifetime_revenue_cny,
        cast(round(max(customers.new_customers), 4) as decimal(18, 4)) as new_customers,
        cast(min(case
            when revenue_cumulated.cumulated_cny * {{ margin }} >= spend.cost_cny
                then revenue_cumulated.age_days
        end) as bigint) as payback_days

    from revenue_cumulated
    inner join customers
        on revenue_cumulated.channel = customers.channel
        and revenue_cumulated.campaign_id = customers.campaign_id
    left join spend
        on revenue_cumulated.channel = spend.platform
        and revenue_cumulated.campaign_id = spend.campaign_id

    group by revenue_cumulated.channel, revenue_cumulated.campaign_id

)

select * from final
