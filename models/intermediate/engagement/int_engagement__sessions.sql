{#
    Grain: one row per visit.
    A visit carries how it was entered (first event that says so), the first campaign it met and
    the best identifier of a person seen in it.
    A view: its one reader, fct_touchpoints, writes the rows.
    Surprise: midnight does not cut a visit; it belongs to the day it started.
#}
{{ config(materialized='view') }}
with

visits as (

    select * from {{ ref('int_engagement__slots_joined') }}

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
        event_count,

        ---------- booleans
        has_interest,

        ---------- timestamps
        {{ epoch_to_utc('first_event_ms', 'ms') }} as started_at,
        {{ epoch_to_utc('last_event_ms', 'ms') }} as ended_at

    from visits

)

select * from final
