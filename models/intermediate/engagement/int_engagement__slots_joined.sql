{#
    Grain: one row per visit: slots of one actor with less than session_gap_minutes between them.
    Most visits lie in one slot of one delivery. Only slots with a neighbour less than a session
    gap away, or in another delivery, are put in order; sorting all slots took twice the time.
    A view: it is read once, on the way to fct_touchpoints.
    Surprise: a visit whose events came in more than one delivery is counted over, because a
    delivery may repeat events.
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

neighbours as (

    select
        earlier.channel,
        earlier.actor_token,
        earlier.slot as earlier_slot,
        later.slot as later_slot

    from slots as earlier
    inner join slots as later
        on earlier.channel = later.channel
        and earlier.actor_token = later.actor_token
        and earlier.slot = later.slot - 1

    where later.first_event_ms - earlier.last_event_ms < {{ gap_ms }}

    union all

    select
        earlier.channel,
        earlier.actor_token,
        earlier.slot as earlier_slot,
        later.slot as later_slot

    from slots as earlier
    inner join slots as later
        on earlier.channel = later.channel
        and earlier.actor_token = later.actor_token
        and earlier.slot = later.slot

    where earlier.delivered_date < later.delivered_date

),

chained_slots as (

    select
        channel,
        actor_token,
        earlier_slot as slot
    from neighbours
    union all
    select
        channel,
        actor_token,
        later_slot as slot
    from neighbours

),

slots_with_previous as (

    select
        slots.*,
        -- Not the last row's: two deliveries may overlap within a slot.
        max(slots.last_event_ms) over (
            partition by slots.channel, slots.actor_token
            order by slots.slot, slots.delivered_date
            rows between unbounded preceding and 1 preceding
        ) as previous_event_ms,
        lag(slots.slot) over (
            partition by slots.channel, slots.actor_token
            order by slots.slot, slots.delivered_date
        ) as previous_slot

    from slots
    semi join chained_slots
        on slots.channel = chained_slots.channel
        and slots.actor_token = chained_slots.actor_token
        and slots.slot = chained_slots.slot

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
        ) as visit_no

    from slots_with_previous

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
        coalesce(bool_or(slot = previous_slot), false) as is_redelivered

    from slots_numbered

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
    anti join chained_slots
        on slots.channel = chained_slots.channel
        and slots.actor_token = chained_slots.actor_token
        and slots.slot = chained_slots.slot

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
