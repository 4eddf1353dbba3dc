{#
    Grain: one row per one_id with at least one activity up to the as-of day.
    How lately and how often a person shows up outside of orders.
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

newest_channels as (

    select
        one_id,
        channel as last_activity_channel

    from activity_until_as_of_date

    qualify row_number() over (
        partition by one_id
        order by last_at desc nulls last, channel
    ) = 1

),

counted as (

    select
        one_id,
        cast(sum(event_count) as bigint) as event_count,
        count(distinct case when is_recent then activity_date end) as recent_active_days,
        count(distinct case when is_recent then channel end) as recent_channel_count,
        min(activity_date) as first_activity_date,
        max(activity_date) as last_activity_date

    from activity_until_as_of_date

    group by one_id

),

final as (

    select
        counted.one_id,
        newest_channels.last_activity_channel,
        counted.event_count,
        counted.recent_active_days,
        counted.recent_channel_count,
        counted.first_activity_date,
        counted.last_activity_date

    from counted
    inner join newest_channels
        on counted.one_id = newest_channels.one_id

)

select * from final
