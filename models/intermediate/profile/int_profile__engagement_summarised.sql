{#
    Grain: one row per one_id with at least one activity up to the as-of day.
    How lately and how often a person shows up outside of orders.
    Made from channels, because few rows then decide the newest channel: a third of the time on 3M
    rows.
#}
{%- set recent_days = definition('engagement_recent_days', 1, 365) %}

with

activity as (

    select * from {{ ref('int_engagement__activity') }}

),

channels_counted as (

    select * from {{ ref('int_profile__engagement_by_channel') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

newest_channels as (

    select
        one_id,
        channel as last_activity_channel

    from channels_counted

    qualify row_number() over (
        partition by one_id
        order by last_at desc nulls last, channel asc
    ) = 1

),

recent_days as (

    select distinct
        activity.one_id,
        activity.activity_date

    from activity
    cross join as_of

    where {{ days_between('activity.activity_date', 'as_of.as_of_date') }} < {{ recent_days }}

),

recent_days_counted as (

    select
        one_id,
        count(*) as recent_active_days

    from recent_days

    group by one_id

),

people_counted as (

    select
        one_id,
        cast(sum(event_count) as bigint) as event_count,
        count(*) filter (where is_recent) as recent_channel_count,
        cast(sum(recent_visit_count) as bigint) as recent_visit_count,
        {%- for channel in touched_channels() %}
        max(case when channel = '{{ channel }}' then last_activity_date end)
            as last_{{ channel }}_date,
        {%- endfor %}
        min(first_activity_date) as first_activity_date,
        max(last_activity_date) as last_activity_date

    from channels_counted

    group by one_id

),

final as (

    select
        people_counted.one_id,
        newest_channels.last_activity_channel,
        people_counted.event_count,
        coalesce(recent_days_counted.recent_active_days, 0) as recent_active_days,
        people_counted.recent_channel_count,
        people_counted.recent_visit_count,
        {%- for channel in touched_channels() %}
        people_counted.last_{{ channel }}_date,
        {%- endfor %}
        people_counted.first_activity_date,
        people_counted.last_activity_date

    from people_counted
    inner join newest_channels
        on people_counted.one_id = newest_channels.one_id
    left join recent_days_counted
        on people_counted.one_id = recent_days_counted.one_id

)

select * from final
