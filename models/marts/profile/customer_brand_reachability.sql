{#
    Grain: one row per one_id, brand and channel, for people who said something to one brand of the
    group: the answer for a list of that brand. Whoever has no row here is answered for by
    customer_reachability.
#}
with

judged as (

    select * from {{ ref('int_reach__people_judged') }}

    where brand <> 'all'

),

final as (

    select
        one_id,
        brand,
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
