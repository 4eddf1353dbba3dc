{#
    Grain: one row per one_id: the channels of customer_reachability side by side.
    A view: customer_360 reads it.
#}
{{ config(materialized='view') }}
with

reachability as (

    select * from {{ ref('customer_reachability') }}

),

final as (

    select
        one_id,
        {%- for channel in var('reach_channels') %}
        bool_or(channel = '{{ channel }}' and is_reachable) as is_reachable_{{ channel }},
        {%- endfor %}
        count(*) filter (where is_reachable) as reachable_channel_count,
        coalesce(max(credits_left), 0) as subscription_credits_left,
        bool_or(erasure_requested_at is not null) as has_asked_to_be_erased,
        max(last_message_at) as last_message_at

    from reachability

    group by one_id

)

select * from final
