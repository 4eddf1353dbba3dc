{#
    Grain: one row per message of a channel that reaches people, up to the as-of day, with what it
    says of the address it went to.
    sender is who counts for caps: the member of staff (WeCom), the template (subscriptions).
    verdict: ok, or why the address is not written to again; null decides nothing.
    A view: int_reach__addresses reads it.
#}
{{ config(materialized='view') }}
{%- set sources = {
    'sms': ['stg_sms__messages', 'fail_reason', 'cast(null as string)'],
    'calls': ['stg_calls__messages', 'call_outcome', 'cast(null as string)'],
    'wechat_oa': ['stg_wechat_oa__messages', 'fail_reason', 'cast(null as string)'],
    'wechat_subscription': ['stg_miniprogram__messages', 'fail_reason', 'template_code'],
    'wecom': ['stg_wecom__messages', 'fail_reason', 'staff_id'],
} %}
with

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

messages as (
    {% for channel, parts in sources.items() %}
    select
        '{{ channel }}' as channel,
        identifier_token as address_token,
        {{ parts[2] }} as sender,
        {{ parts[1] }} as code,
        delivery_state,
        sent_at,
        coalesce(reported_at, sent_at) as judged_at

    from {{ ref(parts[0]) }}
    {% if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}
),

final as (

    select
        ---------- ids
        messages.channel,
        messages.address_token,
        messages.sender,

        ---------- text
        coalesce(
            {{ suppression_of('messages.code') }},
            case when messages.delivery_state = 'delivered' then 'ok' end
        ) as verdict,

        ---------- booleans
        messages.delivery_state = 'delivered' as is_delivered,

        ---------- dates
        {{ brand_date('messages.sent_at') }} as sent_date,

        ---------- timestamps
        messages.sent_at,
        messages.judged_at

    from messages
    cross join as_of

    where messages.sent_at < as_of.as_of_end_at
        and messages.address_token is not null

)

select * from final
