{#
    Grain: one row per advertiser, day, campaign and promotion.
    Daily reports; the newest delivery of a day restates it, conversions by billing time for days.
    Cost arrives in yuan.
#}
with

source as (

    select *

    from {{ source('ocean_engine', 'reports') }}

    {{ delivered() }}

),

newest_delivery as (

    select *

    from source

    qualify row_number() over (
        partition by advertiser_id, stat_date, campaign_id, promotion_id
        order by
            dt desc,
            stat_cost desc,
            show_cnt desc,
            click_cnt desc,
            convert_cnt desc nulls last,
            attribution_convert_cnt desc nulls last,
            campaign_name asc nulls last
    ) = 1

),

final as (

    select
        ---------- ids
        advertiser_id as account_id,
        campaign_id,
        promotion_id as ad_id,

        ---------- text
        {{ clean_text('campaign_name') }} as campaign_name,

        ---------- numbers
        cast(stat_cost as decimal(18, 2)) as cost_cny,
        show_cnt as impressions,
        click_cnt as clicks,
        convert_cnt as platform_conversions,
        -- Billing time is the time of the click.
        attribution_convert_cnt as platform_click_conversions,
        cast(null as bigint) as platform_display_conversions,

        ---------- dates
        stat_date as report_date,
        dt as delivered_date

    from newest_delivery

)

select * from final
