{#
    Grain: one row per MsgID of a template message.
    Feed `messages`. Sends are seen only through TEMPLATESENDJOBFINISH, which WeChat pushes
    within seconds of the send, so its time stands for both.
    Surprise: the status is written `failed:user block` with and `failed: system failed` without
    a fixed blank after the colon; delivered wins over failed, then the newest report.
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
        event_at,
        case
            when lower(trim(send_status)) = 'success' then 'delivered'
            when lower(trim(send_status)) like 'failed%' then 'failed'
            else 'pending'
        end as delivery_state,
        case
            when lower(trim(send_status)) like 'failed%'
                then nullif(replace(trim(substr(lower(trim(send_status)), 8)), ' ', '_'), '')
        end as fail_reason

    from events

    where event_type = 'templatesendjobfinish' and message_id is not null

),

deciding_result as (

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

),

final as (

    select
        ---------- ids
        concat_ws('|', appid, message_id) as native_message_id,
        wx_openid_token as identifier_token,
        cast(null as string) as campaign_id,
        cast(null as string) as template_code,

        ---------- text
        'oa_template' as message_type,
        delivery_state,
        fail_reason,

        ---------- booleans
        false as has_send_record,

        ---------- timestamps
        event_at as sent_at,
        case when delivery_state = 'delivered' then event_at end as delivered_at,
        event_at as reported_at

    from deciding_result

)

select * from final
