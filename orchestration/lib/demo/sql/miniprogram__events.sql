-- ndjson: Sensors events; receiver_name and $ip are native properties no contract declares
select
    'track' as "type",
    time,
    coalesce(login, anonymous) as distinct_id,
    anonymous as anonymous_id,
    login as login_id,
    {
        "$identity_login_id": login,
        "$identity_mobile": mobile,
        "$identity_mp_id": openid,
        "$identity_mp_unionid": unionid,
        "$identity_cookie_id": case when h5 then anonymous end
    } as identities,
    event,
    {
        "$app_id": '$MP_APPID',
        "$lib": 'MiniProgram',
        "$is_login_id": login is not null,
        "$oaid": case when upper then upper(oaid) else oaid end,
        "$url_path": case event
            when 'ViewProduct' then 'pages/product/detail'
            when 'AddToCart' then 'pages/product/detail'
            when 'SubmitOrder' then 'pages/order/submit'
            when 'CouponPageView' then 'pages/coupon/list'
            else 'pages/index/index'
        end,
        "$title": case event when 'ViewProduct' then '商品详情' when 'CouponPageView' then '领券中心' else '首页' end,
        "$scene": scene,
        "$ip": '10.0.0.8',
        sku: sku,
        order_no: order_no,
        campaign_id: campaign_id,
        splash_ad_id: splash,
        qr_scene: qr_scene,
        "$utm_source": paid,
        "$utm_medium": case when paid = 'qr' then 'offline' when paid is not null then 'cpc' end,
        "$utm_campaign": utm_campaign,
        event_duration: duration_s,
        receiver_name: name
    } as properties
from rows
