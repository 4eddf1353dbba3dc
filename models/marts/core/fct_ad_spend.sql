{#
    Grain: one row per day, platform, account, campaign and ad.
    What every ad platform billed and what it claims. The newest delivery of a day restates it.
    Surprise: platform conversions are claims; several platforms claim the same order.
#}
with

ad_spend as (

    {{ union_feed('ad_spend') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

final as (

    select
        ad_spend.report_date as date,
        ad_spend.channel as platform,
        ad_spend.account_id,
        ad_spend.campaign_id,
        ad_spend.ad_id,
        ad_spend.cost_cny,
        ad_spend.impressions,
        ad_spend.clicks,
        ad_spend.platform_conversions,
        ad_spend.platform_click_conversions,
        ad_spend.platform_display_conversions

    from ad_spend
    cross join as_of

    where ad_spend.report_date <= as_of.as_of_date

)

select * from final
