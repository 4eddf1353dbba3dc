{#
    Grain: one row per account, day, campaign and ad.
    Feed `ad_spend`: what the platform billed and claims.
#}
with

reports as (

    select * from {{ ref('stg_baidu_ads__reports') }}

),

final as (

    select
        account_id,
        campaign_id,
        ad_id,

        max(campaign_name) as campaign_name,

        sum(cost_cny) as cost_cny,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(platform_conversions) as platform_conversions,
        sum(platform_click_conversions) as platform_click_conversions,
        sum(platform_display_conversions) as platform_display_conversions,

        report_date

    from reports

    group by account_id, campaign_id, ad_id, report_date

)

select * from final
