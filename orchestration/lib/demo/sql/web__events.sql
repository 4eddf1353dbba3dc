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
        "$identity_cookie_id": case when not old_sdk then anonymous end,
        "$identity_qq": case when login is not null then 'qq_' || md5(login) end
    } as identities,
    event,
    {
        "$lib": 'js',
        "$url_path": case event when 'ViewProduct' then '/product' else '/' end,
        "$referrer_host": case utm_source when 'baidu' then 'www.baidu.example' end,
        "$is_login_id": login is not null,
        "$title": case event when 'ViewProduct' then '商品详情' else '首页' end,
        sku: sku,
        "$utm_source": utm_source,
        "$utm_medium": case utm_source when 'baidu' then 'cpc' when 'xiaohongshu' then 'social' end,
        event_duration: duration_s,
        receiver_name: name
    } as properties
from rows
