{#
    Grain: one row per day, ad platform and metric (spend, cpa, roas, landing_rate), days without
    spend included from the platform's first day on.
    The metric as a logarithm, in which a doubling and a halving are equally far; counted_units is
    what a ratio rests on (orders, landings).
    Surprise: days after the newest reported day of any platform are not there yet.
#}
with

ad_days as (

    select * from {{ ref('int_attribution__ad_days') }}

),

reported as (

    select
        platform,
        min(date) as first_date,
        max(max(date)) over () as newest_date

    from {{ ref('fct_ad_spend') }}

    group by platform

),

calendar as (

    select distinct date from {{ ref('fct_ad_spend') }}

    union

    select distinct paid_date as date from {{ ref('fct_orders') }}

),

platform_days as (

    select
        calendar.date,
        reported.platform,
        coalesce(sum(ad_days.cost_cny), 0) as cost_cny,
        coalesce(sum(ad_days.clicks), 0) as clicks,
        coalesce(sum(ad_days.landings), 0) as landings,
        coalesce(sum(ad_days.credit_ratio), 0) as conversions,
        coalesce(sum(ad_days.credit_cny), 0) as revenue_cny

    from calendar
    inner join reported
        on calendar.date between reported.first_date and reported.newest_date
    left join ad_days
        on calendar.date = ad_days.date
        and reported.platform = ad_days.platform

    group by calendar.date, reported.platform

),

metrics as (

    select
        date,
        platform,
        'spend' as metric,
        ln(cast(cost_cny as double) + 1) as log_value,
        cast(1000000 as double) as counted_units,
        cost_cny > 0 as has_traffic
    from platform_days

    union all

    select
        date,
        platform,
        'cpa' as metric,
        ln((cast(cost_cny as double) + 1) / (cast(conversions as double) + 0.5)) as log_value,
        cast(conversions as double) as counted_units,
        cost_cny > 0 as has_traffic
    from platform_days

    union all

    select
        date,
        platform,
        'roas' as metric,
        ln((greatest(cast(revenue_cny as double), 0) + 1) / (cast(cost_cny as double) + 1))
            as log_value,
        cast(conversions as double) as counted_units,
        cost_cny > 0 as has_traffic
    from platform_days

    union all

    select
        date,
        platform,
        'landing_rate' as metric,
        ln((cast(landings as double) + 0.5) / (cast(clicks as double) + 1)) as log_value,
        cast(landings as double) as counted_units,
        clicks > 0 as has_traffic
    from platform_days

),

final as (

    select
        date,
        platform,
        metric,
        log_value,
        counted_units,
        has_traffic,
        {{ days_between("date '2024-01-01'", 'date') }} % 7 as weekday_no

    from metrics

)

select * from final
