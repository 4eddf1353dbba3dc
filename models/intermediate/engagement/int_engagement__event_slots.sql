{#
    Grain: one row per channel, delivery day, actor and slot, a slot being one session gap long.
    Behaviour events in one pass, cut down to what visits need. Two events of one slot are less
    than a session gap apart, so a slot never spans two visits: visits made from slots equal visits
    made from events, over a fifth of the rows and without sorting events.

    Incremental by delivery day: a day is built anew when its load, this code or a var it reads
    changed (build_id); nothing looks at event times, so late events need no window. Visits are
    made of all days later, so a visit that spans two deliveries is the same as in a full refresh.
#}
{%- set settings = [var('session_gap_minutes'), var('interest_events')] %}
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    partition_by=['delivered_date'] if target.type == 'spark' else none,
    pre_hook="{{ forget_delivery_days(this, stale_delivery_days(this, 'events', [var('session_gap_minutes'), var('interest_events')])) }}"
) }}
{%- set gap_ms = var('session_gap_minutes') * 60000 %}
with

events as (

    select * from {{ ref('int_engagement__behaviour_events') }}

    {% if is_incremental() %}
        {%- set days = stale_delivery_days(this, 'events', settings) %}
    where {% if days -%}
        delivered_date in (
            {%- for day in days %}date '{{ day }}'{{ ", " if not loop.last }}{% endfor -%}
        )
    {%- else -%}
        false
    {%- endif %}
    {% endif %}

),

loads as (

    select *

    from {{ ref('int_run__loads') }}

    where entity = 'events'

),

events_reduced as (

    select
        channel,
        actor_token,
        event_ms,
        delivered_date,
        cast(floor(event_ms / {{ gap_ms }}) as bigint) as slot,
        event_name in (
            {%- for name in var('interest_events') %}
            '{{ name }}'{{ "," if not loop.last }}
            {%- endfor %}
        ) as is_interest,
        -- Best identifier of a person on the event; the digit is its rank.
        case
            when wx_unionid_token is not null then concat('2', wx_unionid_token)
            when phone_token is not null then concat('3', phone_token)
            when wx_openid_token is not null then concat('5', wx_openid_token)
            when login_id_token is not null then concat('7', login_id_token)
        end as ranked_token,
        -- Sorts by time, so the smallest text is the entry; the parts are split off again later.
        case
            when coalesce(entry_scene, qr_scene, utm_source, utm_medium, utm_campaign) is not null
                then concat(
                    cast(event_ms as string), chr(9), coalesce(entry_scene, ''),
                    chr(9), coalesce(qr_scene, ''), chr(9), coalesce(utm_source, ''),
                    chr(9), coalesce(utm_medium, ''), chr(9), coalesce(utm_campaign, '')
                )
        end as entry_text,
        case
            when campaign_id is not null
                then concat(cast(event_ms as string), chr(9), campaign_id)
        end as campaign_text

    from events

),

slots as (

    select
        channel,
        actor_token,
        slot,
        delivered_date,
        min(ranked_token) as ranked_token,
        min(entry_text) as entry_text,
        min(campaign_text) as campaign_text,
        min(event_ms) as first_event_ms,
        max(event_ms) as last_event_ms,
        count(*) as event_count,
        bool_or(is_interest) as has_interest

    from events_reduced

    group by channel, actor_token, slot, delivered_date

),

final as (

    select
        ---------- ids
        slots.channel,
        slots.actor_token,
        slots.ranked_token,
        {{ build_id('loads.load_id', settings) }} as build_id,

        ---------- text
        slots.entry_text,
        slots.campaign_text,

        ---------- numbers
        slots.slot,
        slots.first_event_ms,
        slots.last_event_ms,
        slots.event_count,

        ---------- booleans
        slots.has_interest,

        ---------- dates (last: Spark partitions by it)
        slots.delivered_date

    from slots
    left join loads
        on slots.channel = loads.channel
        and slots.delivered_date = loads.dt

)

select * from final
