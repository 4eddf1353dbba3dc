-- ndjson: logins; the nickname is a native field no contract declares
select
    '$MP_APPID' as appid, openid, unionid, phone, login_at, scene, gdt_vid, clickid, utm_source,
    utm_medium, utm_campaign, null::varchar as utm_content, null::varchar as utm_term,
    name as nick_name
from rows
