{#
    Grain: one row per out_id that was sent or reported on.
    SMS with what became of them, feed `messages`.
    Surprise: receipts may come before the send record or contradict each other: delivered wins
    over failed, then the newest. Until the send record comes, the first report stands for sent_at.
#}
with

source as (

    select *

    from {{ source('sms', 'messages') }}

    {{ delivered() }}

),

receipts as (

    select * from {{ ref('stg_sms__receipts') }}

),

newest_send_record as (

    select *

    from source

    qualify row_number() over (
        partition by out_id
        order by
            dt desc,
            send_time desc,
            campaign_id asc nulls last,
            template_code asc,
            phone asc nulls last
    ) = 1

),

receipts_decided as (

    select
        native_message_id,
        max(phone_token) as phone_token,
        bool_or(is_delivered) as is_delivered,
        max_by(error_code, reported_at) filter (where not is_delivered) as newest_error_code,
        min(reported_at) as first_reported_at,
        min(reported_at) filter (where is_delivered) as delivered_at,
        max(reported_at) as reported_at

    from receipts

    group by native_message_id

),

final as (

    select
        ---------- ids
        coalesce(sends.out_id, receipts_decided.native_message_id) as native_message_id,
        coalesce(sends.phone, receipts_decided.phone_token) as phone_token,
        coalesce(sends.phone, receipts_decided.phone_token) as identifier_token,
        {{ clean_text('sends.campaign_id') }} as campaign_id,
        {{ clean_text('sends.template_code') }} as template_code,

        ---------- text
        'sms' as message_type,
        case
            when receipts_decided.is_delivered then 'delivered'
            when not receipts_decided.is_delivered then 'failed'
            else 'pending'
        end as delivery_state,
        case
            when not receipts_decided.is_delivered then receipts_decided.newest_error_code
        end as fail_reason,

        ---------- booleans
        sends.out_id is not null as has_send_record,

        ---------- dates
        sends.dt as delivered_date,

        ---------- timestamps
        coalesce(
            {{ to_utc('sends.send_time', 'Asia/Shanghai') }}, receipts_decided.first_reported_at
        ) as sent_at,
        receipts_decided.delivered_at,
        receipts_decided.reported_at

    from newest_send_record as sends
    full outer join receipts_decided
        on sends.out_id = receipts_decided.native_message_id

)

select * from final
