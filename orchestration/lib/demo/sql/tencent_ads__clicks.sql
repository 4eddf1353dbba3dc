-- ndjson: forwarded clicks; macros the platform could not fill arrive as they are
select
    click_id,
    clicked_s as click_time,
    md5('callback' || click_id).translate('1', 'g') as callback,
    'TA8830' as account_id,
    campaign_id,
    campaign_id || '-g' || (ad % 2) as adgroup_id,
    campaign_id || '-a' || ad as ad_id,
    case when ios then 'ios' else 'android' end as device_os_type,
    case when zero then '9f89c84a559f573636a47ff8daed0d33' else coalesce(imei, '__MUID__') end as muid,
    coalesce(android, '__HASH_ANDROID_ID__') as hash_android_id,
    coalesce(oaid, case when ios then '' else '__OAID__' end) as oaid,
    coalesce(oaid_md5, '__HASH_OAID__') as hash_oaid,
    coalesce(phone_hash, '__HASH_PHONE__') as hash_phone,
    '10.0.0.9' as ip,
    'pages/index/index?gdt_vid=' || click_id as page_url
from rows
