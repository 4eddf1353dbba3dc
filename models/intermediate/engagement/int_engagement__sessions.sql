{#
    Grain: one row per visit: events of one actor with less than session_gap_minutes between them.
    A visit carries how it was entered (first event that says so) and the first campaign it met.
    Surprise: midnight does not cut a visit; it belongs to the day it started.
#}
{%- set gap_ms = var('session_gap_minutes') * 60000 %}
with

slots as (

    select * from {{ ref('int_engagement__event_slots') }}

),

slots_with_previous as (

    select
        *,
        lag(last_event_ms) over (
            partition by channel, actor_token order by slot
        ) as previous_event_ms

    from slots

),

slots_numbered as (

    select
        *,
        sum(
            case when first_event_ms - previous_event_ms < {{ gap_ms }} then 0 else 1 end
        ) over (
            partition by channel, actor_token
            order by slot
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
        bool_or(has_interest) as has_interest

    from slots_numbered

    group by channel, actor_token, session_no

),

final as (

    select
        ---------- ids
        channel,
        actor_token,
        substr(ranked_token, 2) as identifier_token,
        split_part(campaign_text, chr(9), 2) as campaign_id,

        ---------- text
        nullif(split_part(entry_text, chr(9), 2), '') as entry_scene,
        nullif(split_part(entry_text, chr(9), 3), '') as qr_scene,
        nullif(split_part(entry_text, chr(9), 4), '') as utm_source,
        nullif(split_part(entry_text, chr(9), 5), '') as utm_medium,
        nullif(split_part(entry_text, chr(9), 6), '') as utm_campaign,

        ---------- numbers
        first_event_ms,
        cast(event_count as bigint) as event_count,

        ---------- booleans
        has_interest,

        ---------- timestamps
        {{ epoch_to_utc('first_event_ms', 'ms') }} as started_at,
        {{ epoch_to_utc('last_event_ms', 'ms') }} as ended_at

    from slots_joined

)

select * from final
