{#
    Grain: one row per one_id of dim_customers and channel of var reach_channels.
    Whether a marketing message of the whole group may and can be sent there on the as-of day, the one
    reason that decides, and the facts behind it. Rules: docs/reference/reachability.md.
    Surprise: a no to one brand closes it; what that means for a single brand is in
    customer_brand_reachability.
#}
with

judged as (

    select * from {{ ref('int_reach__people_judged') }}

    where brand = 'all'

),

final as (

    select
        one_id,
        channel,
        is_reachable,
        reason,
        consent_state,
        suppression,
        address_count,
        open_address_count,
        credits_left,
        delivered_this_month,
        last_message_at,
        consent_stated_at,
        erasure_requested_at,
        next_possible_date,
        send_from_time,
        send_until_time,
        as_of_date

    from judged

)

select * from final
