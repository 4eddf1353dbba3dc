{#
    Grain: one row per delivered event; an event the SDK sent twice has two rows.
    Behaviour events of the web site, feed `events`.
    Surprise: old SDKs name the login id only in distinct_id; the contract takes it from there where
    the event says so ($is_login_id, $SignUp). Copies in different deliveries are counted once by
    int_engagement__sessions.
#}
with

source as (

    select *

    from {{ source('web', 'events') }}

    {{ delivered() }}

),

final as (

    select
        ---------- ids
        distinct_id as distinct_id_token,
        coalesce(anonymous_id, identity_cookie_id, original_id) as anonymous_id_token,
        coalesce(identity_login_id, login_id, distinct_login_id, signup_login_id)
            as login_id_token,
        cast(null as string) as wx_openid_token,
        identity_unionid as wx_unionid_token,
        identity_mobile as phone_token,
        identity_email as email_token,
        sku,
        order_no,
        coalesce({{ clean_text('campaign_id') }}, {{ clean_text('utm_campaign') }}) as campaign_id,

        ---------- text
        type as track_type,
        event as event_name,
        page_path,
        page_title,
        lower({{ clean_text('referrer_host') }}) as referrer_host,
        cast(null as string) as entry_scene,
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
