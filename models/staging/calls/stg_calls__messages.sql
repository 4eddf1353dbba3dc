{#
    Grain: one row per call (call_id), its newest delivery.
    Feed `messages`: a call that reached somebody is a delivered message, and so a touch
    (call_delivered); the others failed with their outcome as the reason.
    Surprise: opt_out reached the person, who said not to call again; it is no consent statement.
    A connected call of 0 seconds reached nobody. An outcome nobody knows decides nothing.
#}
with

source as (

    select *

    from {{ source('calls', 'outcomes') }}

    {{ delivered() }}

),

newest_delivery as (

    select
        *,
        lower(trim(outcome)) as call_outcome

    from source

    qualify row_number() over (
        partition by call_id
        order by
            dt desc,
            called_at desc,
            duration_s desc nulls last,
            outcome asc,
            campaign_id asc nulls last,
            phone asc nulls last
    ) = 1

),

outcomes_grouped as (

    select
        *,
        call_outcome in ('connected', 'opt_out') as is_answered,
        call_outcome in (
            'no_answer', 'busy', 'rejected', 'switched_off', 'invalid_number', 'voicemail'
        ) as is_unanswered,
        {{ to_utc('called_at') }} as call_at

    from newest_delivery

),

decided as (

    select
        *,
        case
            when is_answered and duration_s = 0 then 'failed'
            when is_answered then 'delivered'
            when is_unanswered then 'failed'
            else 'pending'
        end as delivery_state

    from outcomes_grouped

),

final as (

    select
        ---------- ids
        call_id as native_message_id,
        phone as identifier_token,
        {{ clean_text('campaign_id') }} as campaign_id,
        lower({{ clean_text('purpose') }}) as template_code,
        {{ clean_text('agent_id') }} as agent_id,

        ---------- text
        'call' as message_type,
        call_outcome,
        delivery_state,
        case
            when delivery_state = 'failed' and is_answered then 'no_talk'
            when delivery_state = 'failed' then call_outcome
        end as fail_reason,

        ---------- numbers
        duration_s,

        ---------- booleans
        true as has_send_record,

        ---------- dates
        dt as delivered_date,

        ---------- timestamps
        call_at as sent_at,
        case when delivery_state = 'delivered' then call_at end as delivered_at,
        case when delivery_state <> 'pending' then call_at end as reported_at

    from decided

)

select * from final
