{#
    Grain: one row per one_id with at least one paid order in the RFM window.
    Measures recency, frequency and monetary value; scoring is a later model, so that cut-offs can
    change without touching what was measured.
    Surprise: an order refunded in full counts in order_count and adds 0 to net_revenue_cny.
#}
{%- set window_days = definition('rfm_window_days', 0, 3650) %}

with

purchases as (

    select * from {{ ref('int_lifecycle__purchases_sequenced') }}

),

purchases_in_window as (

    select *

    from purchases

    {% if window_days > 0 %}
    where {{ days_between('paid_date', 'as_of_date') }} < {{ window_days }}
    {% endif %}

),

final as (

    select
        one_id,
        count(*) as order_count,
        count(*) filter (where is_kept) as kept_order_count,
        {{ days_between('max(paid_date)', 'max(as_of_date)') }} as recency_days,
        cast(sum(net_revenue_cny) as decimal(18, 2)) as net_revenue_cny,
        min(paid_date) as first_order_date,
        max(paid_date) as last_order_date,
        max(as_of_date) as as_of_date

    from purchases_in_window

    group by one_id

)

select * from final
