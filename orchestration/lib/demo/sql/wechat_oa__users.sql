-- ndjson: user/info; an unfollowed user has no more than the openid
select
    '$OA_APPID' as appid,
    openid,
    unionid,
    subscribe,
    subscribe_time,
    name as nickname,
    case when subscribe = 1 then '' end as remark,
    case when subscribe = 1 then 'zh_CN' end as language,
    subscribe_scene,
    case when subscribe = 1 then coalesce(qr_scene_str, '') end as qr_scene_str,
    case when subscribe = 1 then case when tag = 0 then []::integer[] else [100 + tag, 2] end end
        as tagid_list
from rows
