{#
    Grain: one row per period (day, week from Monday, or total), ad platform and campaign.
    Every platform in one currency and calendar: what it cost, what came of it by the model of var
    attribution_report_model, and what the platform claims. Campaigns with spend and no sales stay,
    and so do sales whose spend nobody reported.
    Surprise: lifetime value and payback are stated per campaign, on rows of the total only.
#}
with

ad_days as (

    select * from {{ ref('int_attribution__ad_days') }}

),

campaign_values as (

    select * from {{ ref('int_attribution__campaign_values') }}

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

),

first_days as (

    select min(date) as first_date from ad_days

),

periods as (

    select
        'day' as period_type,
        date as period_start_date,
        ad_days.*
    from ad_days

    union all

    select
        'week' as period_type,
        cast(date_trunc('week', date) as date) as period_start_date,
        ad_days.*
    from ad_days

    union all

    select
        'total' as period_type,
        first_days.first_date as period_start_date,
        ad_days.*
    from ad_days
    cross join first_days

),

summed as (

    select
        period_type,
        period_start_date,
        platform,
        campaign_id,
        sum(cost_cny) as cost_cny,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(forwarded_clicks) as forwarded_clicks,
        sum(landings) as landings,
        sum(platform_claimed_conversions) as platform_claimed_conversions,
        round(sum(credit_ratio), 4) as conversions,
        round(sum(new_ratio), 4) as new_customers,
        round(sum(own_ratio), 4) as own_conversions,
        round(sum(marketplace_ratio), 4) as marketplace_conversions,
        sum(credit_cny) as revenue_cny,
        sum(own_cny) as own_revenue_cny,
        sum(marketplace_cny) as marketplace_revenue_cny

    from periods

    group by period_type, period_start_date, platform, campaign_id

),

final as (

    select
        cast(summed.period_type as string) as period_type,
        summed.period_start_date,
        cast(summed.platform as string) as platform,
        cast(summed.campaign_id as string) as campaign_id,
        cast(campaigns.campaign_name as string) as campaign_name,
        cast(summed.cost_cny as decimal(18, 2)) as cost_cny,
        cast(summed.impressions as bigint) as impressions,
        cast(summed.clicks as bigint) as clicks,
        cast(summed.forwarded_clicks as bigint) as forwarded_clicks,
        cast(summed.landings as bigint) as landings,
        cast(summed.conversions as decimal(18, 4)) as conversions,
        cast(summed.new_customers as decimal(18, 4)) as new_customers,
        cast(summed.own_conversions as decimal(18, 4)) as own_conversions,
        cast(summed.marketplace_conversions as decimal(18, 4)) as marketplace_conversions,
        cast(summed.revenue_cny as decimal(18, 2)) as revenue_cny,
        cast(summed.own_revenue_cny as decimal(18, 2)) as own_revenue_cny,
        cast(summed.marketplace_revenue_cny as decimal(18, 2)) as marketplace_revenue_cny,
        {{ per_unit('summed.cost_cny', 'summed.clicks') }} as cpc_cny,
        {{ per_unit('summed.cost_cny', 'summed.conversions') }} as cpa_cny,
        {{ per_unit('summed.cost_cny', 'summed.new_customers') }} as cac_cny,
        {{ per_unit('summed.revenue_cny', 'summed.cost_cny', 4, 2) }} as roas,
        {{ per_unit('summed.own_revenue_cny', 'summed.cost_cny', 4, 2) }} as own_roas,
        {{ per_unit('summed.marketplace_revenue_cny', 'summed.cost_cny', 4, 2) }}
            as marketplace_roas,
        cast(summed.platform_claimed_conversions as bigint) as platform_claimed_conversions,
        {{ per_unit('summed.platform_claimed_conversions', 'summed.conversions', 4, 4) }}
            as claimed_per_conversion,
        {{ per_unit('campaign_values.lifetime_revenue_cny', 'campaign_values.new_customers') }}
            as ltv_cny,
        cast(campaign_values.payback_days as bigint) as payback_days

    from summed
    left join campaigns
        on summed.campaign_id = campaigns.campaign_id
    left join campaign_values
        on summed.period_type = 'total'
        and summed.platform = campaign_values.channel
        and summed.campaign_id = campaign_values.campaign_id

)

select * from final
