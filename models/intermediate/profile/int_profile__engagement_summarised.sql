{#
    Grain: one row per one_id with at least one activity up to the as-of day.
    How lately and how often a person shows up outside of orders.
    Surprise: grouped by channel first, because few rows then decide the newest channel: a third
    of the time on 3M rows.
#}
{%- set recent_days = definition('engagement_recent_days', 1, 365) %}

with

activity as (

    select * from {{ ref('int_engagement__activity') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

activity_until_as_of_date as (

    select
        activity.*,
        {{ days_between('activity.activity_date', 'as_of.as_of_date') }} < {{ recent_days }}
            as is_recent

    from activity
    cross join as_of

    where activity.one_id is not null
        and activity.activity_date <= as_of.as_of_date

),

channels_counted as (

    select
        one_id,
        channel,
        sum(event_count) as event_count,
        bool_or(is_recent) as is_recent,
        min(activity_date) as first_activity_date,
        max(activity_date) as last_activity_date,
        max(last_at) as last_at

    from activity_until_as_of_date

    group by one_id, channel

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
        one_id,
        activity_date

    from activity_until_as_of_date

    where is_recent

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
        people_counted.first_activity_date,
        people_counted.last_activity_date

    from people_counted
    inner join newest_channels
        on people_counted.one_id = newest_channels.one_id
    left join recent_days_counted
        on people_counted.one_id = recent_days_counted.one_id

)

select * from final
