{#
    Grain: one row per account and MsgID: what TEMPLATESENDJOBFINISH said of a template message.
    WeChat pushes it within seconds of the send.
    Surprise: delivered wins over failed, then the newest push.
#}
with

events as (

    select * from {{ ref('stg_wechat_oa__events') }}

),

results as (

    select
        appid,
        message_id,
        wx_openid_token,
        created_s,
        event_at,
        {{ wechat_send_state('send_status') }} as delivery_state,
        {{ wechat_fail_reason('send_status') }} as fail_reason

    from events

    where event_type = 'templatesendjobfinish' and message_id is not null

),

final as (

    select *

    from results

    qualify row_number() over (
        partition by appid, message_id
        order by
            case delivery_state when 'delivered' then 1 when 'failed' then 2 else 3 end,
            event_at desc,
            wx_openid_token asc,
            fail_reason asc nulls last
    ) = 1

)

select * from final
