{#
    Grain: one row per start at which a splash advertisement was shown.
    Feed `touchpoints`. Visits are made of all events later.
    Surprise: a splash that names no campaign is its own campaign.
#}
with

events as (

    select * from {{ ref('stg_app__events') }}

),

first_copy as (

    select
        distinct_id_token,
        event_name,
        event_ms,
        splash_campaign_id,
        splash_ad_id,
        event_at,
        coalesce(
            wx_unionid_token, phone_token, login_id_token, anonymous_id_token
        ) as identifier_token,
        anonymous_id_token as fallback_token

    from events

    where splash_ad_id is not null

    qualify row_number() over (
        partition by distinct_id_token, event_ms, event_name
        order by
            delivered_date asc,
            splash_ad_id asc,
            splash_campaign_id asc nulls last,
            wx_unionid_token asc nulls last,
            phone_token asc nulls last,
            login_id_token asc nulls last,
            anonymous_id_token asc nulls last
    ) = 1

),

final as (

    select
        ---------- ids
        concat_ws('|', distinct_id_token, cast(event_ms as string), event_name) as touch_key,
        identifier_token,
        fallback_token,
        splash_campaign_id as campaign_id,
        splash_ad_id as ad_id,

        ---------- text
        'splash_ad' as touch_type,
        cast(null as string) as scene,
        cast(null as string) as placement,
        'events' as source_entity,

        ---------- timestamps
        event_at as touched_at

    from first_copy

)

select * from final
