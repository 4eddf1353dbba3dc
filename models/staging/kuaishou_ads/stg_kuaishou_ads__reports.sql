{#
    Grain: one row per account, day, campaign and unit.
    Reports; the newest delivery of a day and unit restates it whole, conversions for days.
    Surprise: a pull by hour gives up to 24 rows per day, a pull by day one. Hours are added up,
    unless the same delivery also has the day: then it counts, once. Yuan round to fen after that.
#}
with

source as (

    select *

    from {{ source('kuaishou_ads', 'reports') }}

    {{ delivered() }}

),

newest_delivery as (

    select *

    from source

    qualify dense_rank() over (
        partition by account_id, stat_date, campaign_id, unit_id
        order by dt desc
    ) = 1

),

rows_deduplicated as (

    select *

    from newest_delivery

    -- the same hour twice in a delivery: an order that only settles it, the same way every time
    qualify row_number() over (
        partition by account_id, stat_date, campaign_id, unit_id, stat_hour
        order by
            charge desc,
            shows desc,
            bclick desc,
            event_pay desc nulls last,
            event_pay_purchase_amount desc nulls last,
            campaign_name asc nulls last
    ) = 1

),

granularity_chosen as (

    select
        *,
        bool_or(stat_hour is null) over (
            partition by account_id, stat_date, campaign_id, unit_id
        ) as has_whole_day

    from rows_deduplicated

),

final as (

    select
        ---------- ids
        account_id,
        campaign_id,
        unit_id as ad_id,

        ---------- text
        max({{ clean_text('campaign_name') }}) as campaign_name,

        ---------- numbers
        cast(round(sum(charge), 2) as decimal(18, 2)) as cost_cny,
        sum(shows) as impressions,
        sum(bclick) as clicks,
        sum(event_pay) as platform_conversions,
        -- the report does not say which of them followed a click
        cast(null as bigint) as platform_click_conversions,
        cast(null as bigint) as platform_display_conversions,

        ---------- dates
        stat_date as report_date,
        max(dt) as delivered_date

    from granularity_chosen

    where stat_hour is null
        or not has_whole_day

    group by account_id, campaign_id, unit_id, stat_date

)

select * from final
