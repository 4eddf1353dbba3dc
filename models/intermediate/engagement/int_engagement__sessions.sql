{#
    Grain: one row per visit: events of one actor with less than session_gap_minutes between them.
    A visit carries how it was entered (first event that says so) and the first campaign it met.
    A view: its one reader, fct_touchpoints, writes the rows.
    Surprise: midnight does not cut a visit; it belongs to the day it started. A visit whose events
    came in more than one delivery is counted over, because a delivery may repeat events.
#}
{{ config(materialized='view') }}
{%- set gap_ms = var('session_gap_minutes') * 60000 %}
with

slots as (

    select * from {{ ref('int_engagement__event_slots') }}

),

events as (

    select * from {{ ref('int_engagement__behaviour_events') }}

),

slots_with_previous as (

    select
        *,
        -- Not the last row's: two deliveries may overlap within a slot.
        max(last_event_ms) over (
            partition by channel, actor_token
            order by slot, delivered_date
            rows between unbounded preceding and 1 preceding
        ) as previous_event_ms,
        lag(slot) over (
            partition by channel, actor_token order by slot, delivered_date
        ) as previous_slot

    from slots

),

slots_numbered as (

    select
        *,
        sum(
            case
                when slot = previous_slot or first_event_ms - previous_event_ms < {{ gap_ms }}
                    then 0
                else 1
            end
        ) over (
            partition by channel, actor_token
            order by slot, delivered_date
            rows between unbounded preceding and current row
        ) as session_no

    from slots_with_previous

),

slots_joined as (

    select
        channel,
        actor_token,
        min(ranked_token) as ranked_token,
        min(entry_text) as entry_text,
        min(campaign_text) as campaign_text,
        sum(event_count) as event_count,
        min(first_event_ms) as first_event_ms,
        max(last_event_ms) as last_event_ms,
        bool_or(has_interest) as has_interest,
        coalesce(bool_or(slot = previous_slot), false) as is_redelivered

    from slots_numbered

    group by channel, actor_token, session_no

),

redelivered_counted as (

    select
        slots_joined.channel,
        slots_joined.actor_token,
        slots_joined.first_event_ms,
        count(
            distinct concat(cast(events.event_ms as string), events.event_name)
        ) as event_count

    from events
    inner join slots_joined
        on events.channel = slots_joined.channel
        and events.actor_token = slots_joined.actor_token
        and events.event_ms between slots_joined.first_event_ms and slots_joined.last_event_ms

    where slots_joined.is_redelivered

    group by slots_joined.channel, slots_joined.actor_token, slots_joined.first_event_ms

),

final as (

    select
        ---------- ids
        visits.channel,
        visits.actor_token,
        substr(visits.ranked_token, 2) as identifier_token,
        split_part(visits.campaign_text, chr(9), 2) as campaign_id,

        ---------- text
        nullif(split_part(visits.entry_text, chr(9), 2), '') as entry_scene,
        nullif(split_part(visits.entry_text, chr(9), 3), '') as qr_scene,
        nullif(split_part(visits.entry_text, chr(9), 4), '') as utm_source,
        nullif(split_part(visits.entry_text, chr(9), 5), '') as utm_medium,
        nullif(split_part(visits.entry_text, chr(9), 6), '') as utm_campaign,

        ---------- numbers
        visits.first_event_ms,
        cast(coalesce(counted.event_count, visits.event_count) as bigint) as event_count,

        ---------- booleans
        visits.has_interest,

        ---------- timestamps
        {{ epoch_to_utc('visits.first_event_ms', 'ms') }} as started_at,
        {{ epoch_to_utc('visits.last_event_ms', 'ms') }} as ended_at

    from slots_joined as visits
    left join redelivered_counted as counted
        on visits.channel = counted.channel
        and visits.actor_token = counted.actor_token
        and visits.first_event_ms = counted.first_event_ms

)

select * from final
