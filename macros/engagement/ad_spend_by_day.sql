{#
    The feed `ad_spend` of an ad platform as a whole model: what it billed and claims, per account,
    day, campaign and ad; rows of its reports that are finer (ad groups, hours) are summed.

    Args:
        channel: the platform, whose stg_<channel>__reports is read.
#}
{% macro ad_spend_by_day(channel) -%}
with

reports as (

    select * from {{ ref('stg_' ~ channel ~ '__reports') }}

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
{%- endmacro %}
