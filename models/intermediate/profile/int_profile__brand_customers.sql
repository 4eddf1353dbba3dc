{#
    Grain: one row per person and brand with a paid order of that brand (one_id, brand).
    Purchases and RFM within the brand, scored as in customer_rfm: 1 + floor(5 × customers strictly
    worse / customers), 5 best, equal values equal scores; null without an order in the window.
#}
{%- set window_days = definition('rfm_window_days', 0, 3650) %}
{%- set high_score = definition('rfm_high_min_score', 2, 5) %}

with

orders as (

    select * from {{ ref('int_lifecycle__purchases_sequenced') }}

),

segments as (

    select * from {{ ref('rfm_segments') }}

),

purchases as (

    select
        one_id,
        brand,
        min(brand_scope) as brand_scope,
        count(*) as order_count,
        count(*) filter (where is_kept) as kept_order_count,
        sum(gross_cny) as gross_cny,
        sum(discount_cny) as discount_cny,
        sum(refunded_cny) as refunded_cny,
        sum(net_revenue_cny) as net_revenue_cny,
        count(distinct channel) as order_channel_count,
        min(paid_date) as first_order_date,
        max(paid_date) as last_order_date

    from orders

    group by one_id, brand

),

first_orders as (

    select
        one_id,
        brand,
        order_id as first_order_id,
        channel as first_order_channel

    from orders

    qualify row_number() over (partition by one_id, brand order by paid_at, order_id) = 1

),

measured as (

    select
        one_id,
        brand,
        {{ days_between('max(paid_date)', 'max(as_of_date)') }} as recency_days,
        count(*) as frequency_count,
        sum(net_revenue_cny) as monetary_cny

    from orders

    {% if window_days > 0 %}
    where {{ days_between('paid_date', 'as_of_date') }} < {{ window_days }}
    {% endif %}

    group by one_id, brand

),

scored as (

    select
        one_id,
        brand,
        {% for score, worse_first in {
            'r_score': 'recency_days desc', 'f_score': 'frequency_count', 'm_score': 'monetary_cny',
        }.items() %}
        cast(
            1 + floor(
                5 * (rank() over (partition by brand order by {{ worse_first }}) - 1)
                / count(*) over (partition by brand)
            ) as integer
        ) as {{ score }}{{ ',' if not loop.last }}
        {% endfor %}

    from measured

),

levels as (

    select
        *,
        case when r_score >= {{ high_score }} then 'high' else 'low' end as recency_level,
        case when f_score >= {{ high_score }} then 'high' else 'low' end as frequency_level,
        case when m_score >= {{ high_score }} then 'high' else 'low' end as monetary_level

    from scored

),

final as (

    select
        purchases.*,
        first_orders.first_order_id,
        first_orders.first_order_channel,
        levels.r_score,
        levels.f_score,
        levels.m_score,
        segments.rfm_segment

    from purchases
    inner join first_orders
        on purchases.one_id = first_orders.one_id
        and purchases.brand = first_orders.brand
    left join levels
        on purchases.one_id = levels.one_id
        and purchases.brand = levels.brand
    left join segments
        on levels.recency_level = segments.recency_level
        and levels.frequency_level = segments.frequency_level
        and levels.monetary_level = segments.monetary_level

)

select * from final
