{#
    The columns of an answer of int_reach__people_judged after its keys: the same for the group and
    for one brand.
#}
{% macro reach_answer_columns() -%}
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
{%- endmacro %}
