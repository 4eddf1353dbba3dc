{#
    Grain: one row per delivered event; an event the SDK sent twice has two rows.
    Behaviour events of the mini program, feed `events`.
    Surprise: copies in different deliveries are not removed here. A window over all events cost
    more than everything that is done with them; int_engagement__sessions counts them once.
#}
with

source as (

    select *

    from {{ source('miniprogram', 'events') }}

    {{ delivered() }}

),

final as (

    select
        ---------- ids
        distinct_id as distinct_id_token,
        coalesce(anonymous_id, identity_cookie_id) as anonymous_id_token,
        coalesce(identity_login_id, login_id) as login_id_token,
        identity_mp_openid as wx_openid_token,
        identity_mp_unionid as wx_unionid_token,
        identity_mobile as phone_token,
        device_oaid as oaid_token,
        app_id,
        sku,
        order_no,
        -- Of the page or the landing, as sent (ids have a case, the utm_* columns do not); a splash
        -- advertisement shown in passing has its own.
        case
            when splash_ad_id is null
                then coalesce({{ clean_text('campaign_id') }}, {{ clean_text('utm_campaign') }})
        end as campaign_id,
        case
            when splash_ad_id is not null
                then coalesce({{ clean_text('campaign_id') }}, {{ clean_text('splash_ad_id') }})
        end as splash_campaign_id,
        {{ clean_text('splash_ad_id') }} as splash_ad_id,

        ---------- text
        type as track_type,
        event as event_name,
        page_path,
        page_title,
        {{ clean_text('scene') }} as entry_scene,
        {{ clean_text('qr_scene') }} as qr_scene,
        {{ clean_utm('utm_source') }} as utm_source,
        {{ clean_utm('utm_medium') }} as utm_medium,
        {{ clean_utm('utm_campaign') }} as utm_campaign,

        ---------- numbers
        duration_s,
        -- The SDK sends ten digits (seconds) where it was configured so.
        case when time < 100000000000 then time * 1000 else time end as event_ms,

        ---------- dates
        dt as delivered_date,

        ---------- timestamps
        {{ epoch_to_utc('time', 'ms') }} as event_at

    from source

)

select * from final
