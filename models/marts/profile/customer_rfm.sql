{#
    Grain: one row per one_id with at least one paid order in the RFM window.
    Recency, frequency, monetary value, their scores and the segment that marketing speaks of.
    Surprise: high and low are cut at var rfm_high_min_score, the same for the three scores, and
    seeds/reference/rfm_segments.csv names the eight combinations.
#}
{%- set high_score = definition('rfm_high_min_score', 2, 5) %}

with

customers as (

    select
        *,
        case when r_score >= {{ high_score }} then 'high' else 'low' end as recency_level,
        case when f_score >= {{ high_score }} then 'high' else 'low' end as frequency_level,
        case when m_score >= {{ high_score }} then 'high' else 'low' end as monetary_level

    from {{ ref('int_lifecycle__customers_scored') }}

),

segments as (

    select * from {{ ref('rfm_segments') }}

),

final as (

    select
        cast(customers.one_id as string) as one_id,
        cast(customers.recency_days as bigint) as recency_days,
        cast(customers.order_count as bigint) as order_count,
        cast(customers.net_revenue_cny as decimal(18, 2)) as net_revenue_cny,
        cast(customers.r_score as integer) as r_score,
        cast(customers.f_score as integer) as f_score,
        cast(customers.m_score as integer) as m_score,
        cast(segments.rfm_segment as string) as rfm_segment,
        cast(customers.kept_order_count as bigint) as kept_order_count,
        cast(customers.first_order_date as date) as first_order_date,
        cast(customers.last_order_date as date) as last_order_date,
        cast(customers.as_of_date as date) as as_of_date

    from customers
    left join segments
        on customers.recency_level = segments.recency_level
        and customers.frequency_level = segments.frequency_level
        and customers.monetary_level = segments.monetary_level

)

select * from final
