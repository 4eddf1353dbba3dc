-- ndjson: event pushes (XML turned into JSON by the receiver)
select
    appid,
    'gh_3f2a9c5b7d80' as "ToUserName",
    openid as "FromUserName",
    create_time as "CreateTime",
    'event' as "MsgType",
    event as "Event",
    case
        when scene is not null and prefix then 'qrscene_' || scene
        else coalesce(scene, menu, page, '')
    end as "EventKey",
    msg_id as "MsgID",
    status as "Status",
    template as "CampaignId"
from rows
