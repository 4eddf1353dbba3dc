{#
    Grain: one row per day, ad platform and metric, for the newest days of var ad_alert_days.
    A day is judged by the platform's own days before it: their median, moved by what the weekday
    usually does, and their median absolute deviation, so past incidents do not widen the range.
    Surprise: a ratio that rests on few orders or landings is not judged, only shown.
#}
{%- set days = definition('ad_alert_window_days', 28, 364) %}
{%- set sigmas = definition('ad_alert_sigmas', 2, 10) %}
{%- set least_sigma = 0.05 %}
{%- set min_count = definition('ad_alert_min_count', 1, 1000) %}
with

metrics as (

    select * from {{ ref('int_attribution__ad_metrics') }}

),

judged_days as (

    select *

    from metrics

    qualify {{ days_between('date', 'max(date) over ()') }}
        < {{ definition('ad_alert_days', 1, 364) }}

),

history as (

    select
        judged_days.date,
        judged_days.platform,
        judged_days.metric,
        metrics.weekday_no,
        metrics.log_value,
        metrics.counted_units

    from judged_days
    inner join metrics
        on judged_days.platform = metrics.platform
        and judged_days.metric = metrics.metric
        and metrics.date >= judged_days.date - {{ days }}
        and metrics.date < judged_days.date
        and (metrics.has_traffic or metrics.metric = 'spend')

),

weekdays as (

    select
        date,
        platform,
        metric,
        weekday_no,
        median(log_value) as weekday_median

    from history

    group by date, platform, metric, weekday_no

),

middles as (

    select
        date,
        platform,
        metric,
        count(*) as day_count,
        median(log_value) as all_median,
        median(counted_units) as usual_units

    from history

    group by date, platform, metric

),

spreads as (

    select
        history.date,
        history.platform,
        history.metric,
        greatest(
            1.4826e0 * median(abs(history.log_value - weekdays.weekday_median)), {{ least_sigma }}
        ) as sigma

    from history
    inner join weekdays
        on history.date = weekdays.date
        and history.platform = weekdays.platform
        and history.metric = weekdays.metric
        and history.weekday_no = weekdays.weekday_no

    group by history.date, history.platform, history.metric

),

compared as (

    select
        judged_days.*,
        coalesce(middles.day_count, 0) as history_days,
        middles.usual_units,
        spreads.sigma,
        case when judged_days.metric = 'spend' then 1 else 0 end as added,
        coalesce(weekdays.weekday_median, middles.all_median) as expected_log,
        judged_days.log_value
        - coalesce(weekdays.weekday_median, middles.all_median) as change_log

    from judged_days
    left join middles
        on judged_days.date = middles.date
        and judged_days.platform = middles.platform
        and judged_days.metric = middles.metric
    left join spreads
        on judged_days.date = spreads.date
        and judged_days.platform = spreads.platform
        and judged_days.metric = spreads.metric
    left join weekdays
        on judged_days.date = weekdays.date
        and judged_days.platform = weekdays.platform
        and judged_days.metric = weekdays.metric
        and judged_days.weekday_no = weekdays.weekday_no

),

judged as (

    select
        *,
        case
            when history_days < {{ definition('ad_alert_min_days', 14, 364) }}
                then 'too_little_history'
            when not has_traffic and metric != 'spend' then 'no_traffic'
            when usual_units < {{ min_count }} then 'too_few'
            when abs(change_log) <= {{ sigmas }} * sigma
                or abs(change_log) <= ln(1.0e0 + {{ definition('ad_alert_min_change', 0, 10) }})
                then 'usual'
            when change_log > 0 then 'above'
            else 'below'
        end as judgement,
        exp(log_value) - added as value,
        exp(expected_log) - added as expected_value,
        greatest(exp(expected_log - {{ sigmas }} * sigma) - added, 0) as lowest_usual_value,
        exp(expected_log + {{ sigmas }} * sigma) - added as highest_usual_value

    from compared

),

final as (

    select
        date,
        cast(platform as string) as platform,
        cast(metric as string) as metric,
        cast(judgement as string) as judgement,
        cast(round(value, 4) as decimal(18, 4)) as value,
        cast(round(expected_value, 4) as decimal(18, 4)) as expected_value,
        cast(round(lowest_usual_value, 4) as decimal(18, 4)) as lowest_usual_value,
        cast(round(highest_usual_value, 4) as decimal(18, 4)) as highest_usual_value,
        cast(round(change_log / sigma, 2) as decimal(18, 2)) as deviation_sigmas,
        cast(history_days as bigint) as history_days

    from judged

)

select * from final
