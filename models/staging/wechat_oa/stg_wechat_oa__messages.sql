{#
    Grain: one row per template message: per follower and client_msg_id of the brand's send log,
    and per MsgID of a send result (stg_wechat_oa__send_results) that belongs to no logged message.
    Feed `messages`. A result belongs to the message with its MsgID, else to the closest send of
    that account to that follower in the ten minutes before it, if it is also that send's closest
    result. Ten minutes: so long WeChat refuses a second send with the same client_msg_id.
    Surprise: delivered wins over failed, whoever says it. A result in the log has no time of its
    own: the time of the send stands for it.
#}
with

source as (

    select
        *,
        min(sent_at) over (partition by appid, openid, client_msg_id) as first_sent_s

    from {{ source('wechat_oa', 'messages') }}

    {{ delivered() }}

),

results as (

    select * from {{ ref('stg_wechat_oa__send_results') }}

),

logged as (

    select
        concat_ws('|', appid, openid, client_msg_id) as native_message_id,
        appid,
        openid as wx_openid_token,
        msgid as message_id,
        {{ clean_text('campaign_id') }} as campaign_id,
        template_id as template_code,
        {{ wechat_send_state('status') }} as delivery_state,
        {{ wechat_fail_reason('status') }} as fail_reason,
        first_sent_s as sent_s

    from source

    qualify row_number() over (
        partition by appid, openid, client_msg_id
        order by
            case {{ wechat_send_state('status') }}
                when 'delivered' then 1 when 'failed' then 2 else 3
            end,
            dt desc,
            msgid asc nulls last,
            status asc nulls last,
            campaign_id asc nulls last,
            template_id asc
    ) = 1

),

pairs_ranked as (

    select
        logged.native_message_id,
        results.appid,
        results.message_id,
        row_number() over (
            partition by logged.native_message_id
            order by
                case when logged.message_id = results.message_id then 1 else 2 end,
                results.created_s - logged.sent_s,
                results.message_id
        ) as result_no,
        row_number() over (
            partition by results.appid, results.message_id
            order by
                case when logged.message_id = results.message_id then 1 else 2 end,
                results.created_s - logged.sent_s,
                logged.native_message_id
        ) as logged_no

    from logged
    inner join results
        on logged.appid = results.appid
        and logged.wx_openid_token = results.wx_openid_token

    where logged.message_id = results.message_id
        or (
            logged.message_id is null
            and results.created_s between logged.sent_s and logged.sent_s + 600
        )

),

pairs as (

    select * from pairs_ranked

    where result_no = 1 and logged_no = 1

),

results_paired as (

    select
        results.*,
        pairs.native_message_id

    from results
    left join pairs
        on results.appid = pairs.appid
        and results.message_id = pairs.message_id

),

final as (

    select
        ---------- ids
        coalesce(
            logged.native_message_id, concat_ws('|', results.appid, results.message_id)
        ) as native_message_id,
        coalesce(logged.wx_openid_token, results.wx_openid_token) as identifier_token,
        logged.campaign_id,
        logged.template_code,

        ---------- text
        'oa_template' as message_type,
        case
            when 'delivered' in (logged.delivery_state, results.delivery_state) then 'delivered'
            when 'failed' in (logged.delivery_state, results.delivery_state) then 'failed'
            else 'pending'
        end as delivery_state,
        case
            when coalesce(results.delivery_state, 'pending') <> 'delivered'
                and coalesce(logged.delivery_state, 'pending') <> 'delivered'
                then coalesce(results.fail_reason, logged.fail_reason)
        end as fail_reason,

        ---------- booleans
        logged.native_message_id is not null as has_send_record,

        ---------- timestamps
        coalesce({{ epoch_to_utc('logged.sent_s', 's') }}, results.event_at) as sent_at,
        case
            when results.delivery_state = 'delivered' then results.event_at
            when logged.delivery_state = 'delivered' then {{ epoch_to_utc('logged.sent_s', 's') }}
        end as delivered_at,
        case
            when results.message_id is not null then results.event_at
            when logged.delivery_state <> 'pending' then {{ epoch_to_utc('logged.sent_s', 's') }}
        end as reported_at

    from logged
    full outer join results_paired as results
        on logged.native_message_id = results.native_message_id

)

select * from final
