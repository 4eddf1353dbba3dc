-- ndjson: pushes about subscription messages; one template is an object, several are an array
with
listed as (
    select
        *,
        list_filter(
            [
                {'template': 'TM_MP_SHIP', 'answer': answer_0},
                {'template': 'TM_MP_COUPON', 'answer': answer_1},
                {'template': 'TM_MP_NEW', 'answer': answer_2}
            ],
            lambda x: x.answer is not null
        ) as templates
    from rows
),

worded as (
    select
        *,
        case event
            when 'subscribe_msg_sent_event' then to_json(list_transform(templates, lambda x: {
                'TemplateId': x.template, 'MsgID': msg_id, 'ErrorCode': error_code,
                'ErrorStatus': case error_code when '0' then 'success' else 'failed' end
            }))
            else to_json(list_transform(templates, lambda x: {
                'TemplateId': x.template, 'SubscribeStatusString': x.answer, 'PopupScene': '0'
            }))
        end as items
    from listed
),

shaped as (
    select
        *,
        case when len(templates) = 1 then items -> 0 else items end as list
    from worded
)

select
    '$MP_APPID' as appid,
    'gh_7d1e4b9a2c60' as "ToUserName",
    openid as "FromUserName",
    create_time as "CreateTime",
    'event' as "MsgType",
    event as "Event",
    case when event = 'subscribe_msg_popup_event' then {'List': list} end
        as "SubscribeMsgPopupEvent",
    case when event = 'subscribe_msg_change_event' then {'List': list} end
        as "SubscribeMsgChangeEvent",
    case when event = 'subscribe_msg_sent_event' then {'List': list} end as "SubscribeMsgSentEvent"
from shaped
