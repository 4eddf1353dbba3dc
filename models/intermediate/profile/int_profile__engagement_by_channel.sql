{#
    Grain: one row per one_id and channel with at least one touch up to the as-of day.
    How lately and how often a person was touched there; visits are those of sites and apps.
#}
{%- set recent_days = definition('engagement_recent_days', 1, 365) %}
with

touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

touches_dated as (

    select
        touchpoints.*,
        {{ days_between('touchpoints.touched_date', 'as_of.as_of_date') }} < {{ recent_days }}
            as is_recent

    from touchpoints
    cross join as_of

    where touchpoints.one_id is not null

),

final as (

    select
        one_id,
        channel,
        cast(sum(event_count) as bigint) as event_count,
        count(*) filter (where touch_type like '%visit' and is_recent) as recent_visit_count,
        bool_or(is_recent) as is_recent,
        min(touched_date) as first_activity_date,
        max(touched_date) as last_activity_date,
        max(touched_at) as last_at

    from touches_dated

    group by one_id, channel

)

select * from final
