-- Failing means a delivery day's behaviour events and their slots differ: an incremental build
-- kept or lost a day, and visits are wrong. It does not claim that events are counted once over
-- deliveries; visits do that.
{{ config(meta={'dagster': {'ref': {'name': 'int_engagement__event_slots'}}}) }}

with

delivered as (

    select
        channel,
        delivered_date,
        count(*) as event_count

    from {{ ref('int_engagement__behaviour_events') }}

    group by channel, delivered_date

),

kept as (

    select
        channel,
        delivered_date,
        sum(event_count) as event_count

    from {{ ref('int_engagement__event_slots') }}

    group by channel, delivered_date

)

select
    coalesce(delivered.channel, kept.channel) as channel,
    coalesce(delivered.delivered_date, kept.delivered_date) as delivered_date,
    delivered.event_count as delivered_event_count,
    kept.event_count as kept_event_count

from delivered
full outer join kept
    on delivered.channel = kept.channel
    and delivered.delivered_date = kept.delivered_date

where delivered.event_count is distinct from kept.event_count
