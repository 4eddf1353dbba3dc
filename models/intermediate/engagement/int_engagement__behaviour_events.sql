{#
    Grain: one row per delivered behaviour event of any channel with the feed `events`.
    Who acted: the installation, which stays the same through a login (a mini program keeps its
    storage per WeChat account), else the best id on the event.
    A view: int_engagement__event_slots reads each delivery day once.
    Surprise: an event that came again in a later delivery has two rows here.
#}
{{ config(materialized='view') }}
with

events as (

    {{ union_feed('events') }}

),

final as (

    select
        ---------- ids
        channel,
        coalesce(
            anonymous_id_token, wx_openid_token, login_id_token, distinct_id_token
        ) as actor_token,
        wx_unionid_token,
        phone_token,
        wx_openid_token,
        login_id_token,
        campaign_id,

        ---------- text
        event_name,
        entry_scene,
        qr_scene,
        utm_source,
        utm_medium,
        utm_campaign,

        ---------- numbers
        event_ms,

        ---------- dates
        delivered_date

    from events

    where track_type = 'track'

)

select * from final
