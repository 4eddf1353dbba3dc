-- ndjson: Sensors events; qq and receiver_name are native keys no contract declares
select
    "type",
    time,
    coalesce(login, anonymous) as distinct_id,
    case when "type" = 'track_signup' then anonymous end as original_id,
    case when not old_sdk then anonymous end as anonymous_id,
    case when not old_sdk then login end as login_id,
    {
        "$identity_login_id": case when not old_sdk then login end,
        "$identity_mobile": mobile,
        -- What is bound or taken away is the number alone.
        "$identity_android_id": case when "type" not like 'track_id%' then android_id end,
        "$identity_qq": case when login is not null then 'qq_' || md5(login) end
    } as identities,
    event,
    {
        "$lib": case when idfa is not null then 'iOS' else 'Android' end,
        "$app_version": '5.2.1',
        "$os": case when android_id is null then 'iOS' else 'Android' end,
        "$oaid": oaid,
        "$idfa": idfa,
        "$screen_name": case event when 'ViewProduct' then 'ProductViewController' else 'HomeViewController' end,
        "$is_login_id": login is not null,
        "$title": case event when 'ViewProduct' then '商品详情' else '首页' end,
        sku: sku,
        campaign_id: splash_campaign,
        splash_ad_id: splash,
        "$utm_source": utm_source,
        "$utm_medium": case utm_source when 'baidu' then 'cpc' when 'xiaohongshu' then 'social' end,
        event_duration: duration_s,
        receiver_name: name
    } as properties
from rows
