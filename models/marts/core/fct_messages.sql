{#
    Grain: one row per message that was sent to one person, or reported on.
    Every channel with the feed `messages`, with what became of the message.
    Surprise: where only a report was seen (has_send_record false) its time stands for sent_at.
#}
with

messages as (

    {{ union_feed('messages') }}

),

resolution as (

    select *

    from {{ ref('int_identity__resolution') }}

    where is_verified

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

final as (

    select
        ---------- ids
        concat(messages.channel, ':', messages.native_message_id) as message_id,
        resolution.one_id,
        messages.channel,
        messages.message_type,
        messages.template_code,
        messages.campaign_id,

        ---------- text
        messages.delivery_state,
        messages.fail_reason,

        ---------- booleans
        messages.has_send_record,

        ---------- dates
        {{ brand_date('messages.sent_at') }} as sent_date,

        ---------- timestamps
        messages.sent_at,
        messages.delivered_at,
        messages.reported_at

    from messages
    cross join as_of
    left join resolution
        on messages.identifier_token = resolution.identifier_token
        and {{ resolved_at('resolution', 'messages.sent_at') }}

    where messages.sent_at < as_of.as_of_end_at

)

select * from final
