{#
    Grain: one row per subscription message of the mini program that WeChat reported on (MsgID).
    Feed `messages`. WeChat says once what became of it, within seconds: its time is the send's.
#}
with

sends as (

    select *

    from {{ ref('stg_miniprogram__subscriptions') }}

    where event_type = 'subscribe_msg_sent_event' and message_id is not null

),

final as (

    select
        ---------- ids
        concat_ws('|', appid, message_id) as native_message_id,
        wx_openid_token as identifier_token,
        cast(null as string) as campaign_id,
        template_code,

        ---------- text
        'mp_subscription' as message_type,
        case when error_code = '0' then 'delivered' else 'failed' end as delivery_state,
        case when error_code <> '0' then error_code end as fail_reason,

        ---------- booleans
        true as has_send_record,

        ---------- timestamps
        event_at as sent_at,
        case when error_code = '0' then event_at end as delivered_at,
        event_at as reported_at

    from sends

    qualify row_number() over (
        partition by appid, message_id
        order by
            case error_code when '0' then 1 else 2 end asc,
            event_at desc,
            template_code asc,
            wx_openid_token asc,
            error_code asc
    ) = 1

)

select * from final
