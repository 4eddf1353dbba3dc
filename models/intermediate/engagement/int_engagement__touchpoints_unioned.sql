{#
    Grain: one row per touch of any kind, before it is resolved to a person.
    Adding a channel with touches needs no change here: feeds are read from var channel_map.
    A view: fct_touchpoints is its only reader, so the rows are written once.
    Surprise: ad clicks and messages come with their person, the others with up to two identifiers.
#}
{{ config(materialized='view') }}
with

direct_touches as (

    {{ union_feed('touchpoints') }}

),

sessions as (

    select * from {{ ref('int_engagement__sessions') }}

),

clicks as (

    select * from {{ ref('int_engagement__clicks_resolved') }}

),

messages as (

    select * from {{ ref('fct_messages') }}

),

final as (

    select
        channel,
        touch_type,
        touch_key,
        cast(null as string) as one_id,
        identifier_token,
        fallback_token,
        campaign_id,
        ad_id,
        scene,
        placement,
        cast(null as string) as utm_source,
        cast(null as string) as utm_medium,
        source_entity,
        cast(1 as bigint) as event_count,
        cast(null as boolean) as has_interest,
        touched_at

    from direct_touches

    union all

    select
        channel,
        case channel when 'miniprogram' then 'mp_visit' else concat(channel, '_visit') end
            as touch_type,
        concat_ws('|', actor_token, cast(first_event_ms as string)) as touch_key,
        cast(null as string) as one_id,
        coalesce(identifier_token, actor_token) as identifier_token,
        actor_token as fallback_token,
        campaign_id,
        cast(null as string) as ad_id,
        coalesce(qr_scene, entry_scene) as scene,
        cast(null as string) as placement,
        utm_source,
        utm_medium,
        'events' as source_entity,
        event_count,
        has_interest,
        started_at as touched_at

    from sessions

    union all

    select
        channel,
        'ad_click' as touch_type,
        click_id as touch_key,
        one_id,
        cast(null as string) as identifier_token,
        cast(null as string) as fallback_token,
        campaign_id,
        ad_id,
        cast(null as string) as scene,
        cast(null as string) as placement,
        cast(null as string) as utm_source,
        cast(null as string) as utm_medium,
        'clicks' as source_entity,
        cast(1 as bigint) as event_count,
        cast(null as boolean) as has_interest,
        clicked_at as touched_at

    from clicks

    union all

    select
        channel,
        concat(message_type, '_delivered') as touch_type,
        message_id as touch_key,
        one_id,
        cast(null as string) as identifier_token,
        cast(null as string) as fallback_token,
        campaign_id,
        cast(null as string) as ad_id,
        cast(null as string) as scene,
        cast(null as string) as placement,
        cast(null as string) as utm_source,
        cast(null as string) as utm_medium,
        'messages' as source_entity,
        cast(1 as bigint) as event_count,
        cast(null as boolean) as has_interest,
        delivered_at as touched_at

    from messages

    where delivery_state = 'delivered'

)

select * from final
