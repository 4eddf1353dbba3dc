-- ndjson: forwarded clicks; macros the platform could not fill arrive as they are
select
    click_id as request_id,
    clicked_s * 1000 as ts,
    md5('callback' || click_id).translate('1', 'g') as callback_param,
    'OE5520' as advertiser_id,
    campaign_id,
    campaign_id || '-p' || ad as promotion_id,
    campaign_id || '-c' || ad as cid,
    case when ios then '1' else '0' end as os,
    coalesce(imei, '__IMEI__') as imei,
    coalesce(idfa, case when ios and zero then '00000000-0000-0000-0000-000000000000' else '__IDFA__' end) as idfa,
    coalesce(android, '__ANDROIDID__') as androidid,
    coalesce(oaid, '__OAID__') as oaid,
    coalesce(phone_hash, '__PHONE_SHA256__') as phone_sha256,
    '__IP__' as ip
from rows
