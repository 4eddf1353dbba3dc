{#
    Grain: one row per visit: slots of one actor with less than session_gap_minutes between them.
    Most visits are one slot; the others are the chains of int_engagement__slots_chained.
    A view: it is read once, on the way to fct_touchpoints.
    Surprise: a visit whose events came in more than one delivery is counted over, because a
    delivery may repeat events.
#}
{{ config(materialized='view') }}
with

slots as (

    select * from {{ ref('int_engagement__event_slots') }}

),

slots_chained as (

    select * from {{ ref('int_engagement__slots_chained') }}

),

events as (

    select * from {{ ref('int_engagement__behaviour_events') }}

),

chains_joined as (

    select
        channel,
        actor_token,
        min(ranked_token) as ranked_token,
        min(entry_text) as entry_text,
        min(campaign_text) as campaign_text,
        min(first_event_ms) as first_event_ms,
        max(last_event_ms) as last_event_ms,
        sum(event_count) as event_count,
        bool_or(has_interest) as has_interest,
        bool_or(is_redelivered) as is_redelivered

    from slots_chained

    group by channel, actor_token, visit_no

),

redelivered_counted as (

    select
        chains_joined.channel,
        chains_joined.actor_token,
        chains_joined.first_event_ms,
        count(
            distinct concat(cast(events.event_ms as string), events.event_name)
        ) as event_count

    from events
    inner join chains_joined
        on events.channel = chains_joined.channel
        and events.actor_token = chains_joined.actor_token
        and events.event_ms between chains_joined.first_event_ms and chains_joined.last_event_ms

    where chains_joined.is_redelivered

    group by chains_joined.channel, chains_joined.actor_token, chains_joined.first_event_ms

),

final as (

    select
        slots.channel,
        slots.actor_token,
        slots.ranked_token,
        slots.entry_text,
        slots.campaign_text,
        slots.first_event_ms,
        slots.last_event_ms,
        slots.event_count,
        slots.has_interest

    from slots
    anti join slots_chained
        on slots.channel = slots_chained.channel
        and slots.actor_token = slots_chained.actor_token
        and slots.slot = slots_chained.slot

    union all

    select
        chains_joined.channel,
        chains_joined.actor_token,
        chains_joined.ranked_token,
        chains_joined.entry_text,
        chains_joined.campaign_text,
        chains_joined.first_event_ms,
        chains_joined.last_event_ms,
        cast(coalesce(counted.event_count, chains_joined.event_count) as bigint) as event_count,
        chains_joined.has_interest

    from chains_joined
    left join redelivered_counted as counted
        on chains_joined.channel = counted.channel
        and chains_joined.actor_token = counted.actor_token
        and chains_joined.first_event_ms = counted.first_event_ms

)

select * from final
