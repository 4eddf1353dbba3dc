{#
    Grain: one row per mass message, staff member and contact (corpid, msgid, userid, external_userid).
    Feed `messages`. WeCom knows no receipt: a message that was sent stands in the chat, so sent is
    delivered. Sent wins over failed, failed over unsent, then the newest delivery.
    Surprise: only a sent message has a time. The others stand at the start of the day (brand zone)
    they were first delivered: the staff member had the task by then.
#}
with

source as (

    select
        *,
        min(dt) over (partition by corpid, msgid, userid, external_userid) as first_dt

    from {{ source('wecom', 'messages') }}

    {{ delivered() }}

),

deciding_delivery as (

    select *

    from source

    qualify row_number() over (
        partition by corpid, msgid, userid, external_userid
        order by
            case when status = 1 then 1 when status in (2, 3) then 2 else 3 end,
            dt desc,
            status asc,
            send_time asc nulls last,
            campaign_id asc nulls last,
            action_id asc nulls last
    ) = 1

),

timed as (

    select
        *,
        case when status = 1 and send_time > 0 then {{ epoch_to_utc('send_time', 's') }} end
            as send_at,
        {{ to_utc('first_dt') }} as task_at,
        {{ to_utc('dt') }} as reported_day_at

    from deciding_delivery

),

final as (

    select
        ---------- ids
        concat_ws('|', corpid, msgid, userid, external_userid) as native_message_id,
        external_userid as identifier_token,
        {{ clean_text('campaign_id') }} as campaign_id,
        cast(null as string) as template_code,
        userid as staff_id,
        {{ clean_text('action_id') }} as action_id,

        ---------- text
        'wecom_mass' as message_type,
        case
            when status = 1 then 'delivered'
            when status in (2, 3) then 'failed'
            else 'pending'
        end as delivery_state,
        case status
            when 2 then 'not_a_contact'
            when 3 then 'other_mass_message'
        end as fail_reason,

        ---------- booleans
        true as has_send_record,

        ---------- dates
        dt as delivered_date,

        ---------- timestamps
        coalesce(send_at, task_at) as sent_at,
        case when status = 1 then coalesce(send_at, task_at) end as delivered_at,
        case
            when status = 1 then coalesce(send_at, task_at)
            when status in (2, 3) then reported_day_at
        end as reported_at

    from timed

)

select * from final
