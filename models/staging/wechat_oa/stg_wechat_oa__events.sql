{#
    Grain: one row per appid, openid, CreateTime, Event, EventKey and MsgID.
    Event pushes of the official accounts. They carry no id; WeChat retries a push it believes
    lost, so these columns together are the documented key (MsgID only on send results).
    Surprise: the copy delivered first survives, so a retry never moves an event to a later day.
#}
with

source as (

    select *

    from {{ source('wechat_oa', 'events') }}

    {{ delivered() }}

),

first_push as (

    select
        appid,
        fromusername as wx_openid_token,
        createtime as created_s,
        lower(trim(event)) as event_type,
        eventkey as event_key,
        msgid as message_id,
        status as send_status,
        dt as delivered_date

    from source

    qualify row_number() over (
        partition by appid, fromusername, createtime, event, eventkey, msgid
        order by dt asc, status asc nulls last
    ) = 1

),

final as (

    select
        ---------- ids
        wx_openid_token,
        appid,
        message_id,

        ---------- text
        event_type,
        {{ clean_text('event_key') }} as event_key,
        case
            when event_type = 'subscribe' and substr(event_key, 1, 8) = 'qrscene_'
                then {{ clean_text('substr(event_key, 9)') }}
            when event_type = 'scan' then {{ clean_text('event_key') }}
        end as qr_scene,
        send_status,

        ---------- numbers
        created_s,

        ---------- dates
        delivered_date,

        ---------- timestamps
        {{ epoch_to_utc('created_s', 's') }} as event_at

    from first_push

)

select * from final
