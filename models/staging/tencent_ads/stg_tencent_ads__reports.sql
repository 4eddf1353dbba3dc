{#
    Grain: one row per account, day, campaign, ad group and ad.
    Daily reports; the newest delivery of a day restates it. Cost arrives in fen.
#}
with

source as (

    select *

    from {{ source('tencent_ads', 'reports') }}

    {{ delivered() }}

),

newest_delivery as (

    select *

    from source

    qualify row_number() over (
        partition by account_id, date, campaign_id, adgroup_id, ad_id
        order by
            dt desc,
            cost desc,
            view_count desc,
            valid_click_count desc,
            conversions_count desc nulls last,
            conversions_by_click_count desc nulls last,
            conversions_by_display_count desc nulls last,
            campaign_name asc nulls last
    ) = 1

),

final as (

    select
        ---------- ids
        account_id,
        campaign_id,
        adgroup_id,
        ad_id,

        ---------- text
        {{ clean_text('campaign_name') }} as campaign_name,

        ---------- numbers
        {{ fen_to_cny('cost') }} as cost_cny,
        view_count as impressions,
        valid_click_count as clicks,
        conversions_count as platform_conversions,
        conversions_by_click_count as platform_click_conversions,
        conversions_by_display_count as platform_display_conversions,

        ---------- dates
        date as report_date,
        dt as delivered_date

    from newest_delivery

)

select * from final
