{#
    Grain: one row per slot of int_engagement__event_slots that has a neighbour less than
    session_gap_minutes away, or a copy in another delivery: its visit, numbered per actor.
    Most visits lie in one slot of one delivery and are not here; sorting all slots took twice the
    time. A view: int_engagement__slots_joined reads it, on the way to fct_touchpoints.
#}
{{ config(materialized='view') }}
{%- set gap_ms = var('session_gap_minutes') * 60000 %}
with

slots as (

    select * from {{ ref('int_engagement__event_slots') }}

),

neighbours as (
    {% for slots_apart, condition in {
        1: 'later.first_event_ms - earlier.last_event_ms < ' ~ gap_ms,
        0: 'earlier.delivered_date < later.delivered_date',
    }.items() %}
    select
        earlier.channel,
        earlier.actor_token,
        earlier.slot as earlier_slot,
        later.slot as later_slot

    from slots as earlier
    inner join slots as later
        on earlier.channel = later.channel
        and earlier.actor_token = later.actor_token
        and earlier.slot = later.slot - {{ slots_apart }}

    where {{ condition }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

chained_slots as (
    {% for end in ['earlier', 'later'] %}
    select
        channel,
        actor_token,
        {{ end }}_slot as slot

    from neighbours
    {{ 'union all' if not loop.last }}
    {%- endfor %}
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
        coalesce(slots.slot = lag(slots.slot) over (
            partition by slots.channel, slots.actor_token
            order by slots.slot, slots.delivered_date
        ), false) as is_redelivered

    from slots
    semi join chained_slots
        on slots.channel = chained_slots.channel
        and slots.actor_token = chained_slots.actor_token
        and slots.slot = chained_slots.slot

),

final as (

    select
        *,
        sum(
            case
                when is_redelivered or first_event_ms - previous_event_ms < {{ gap_ms }} then 0
                else 1
            end
        ) over (
            partition by channel, actor_token
            order by slot, delivered_date
            rows between unbounded preceding and current row
        ) as visit_no

    from slots_with_previous

)

select * from final
