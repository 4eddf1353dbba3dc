{#
    Grain: one row per one_id with at least one paid order in the RFM window.
    score = 1 + floor(5 × customers strictly worse / customers), 5 best.
    Surprise: no ntile. rank() - 1 is the number strictly worse, so equal values get equal scores
    whatever the row order, and with few distinct values some scores stay empty.
#}
with

customers as (

    select * from {{ ref('int_lifecycle__customers_measured') }}

),

counted as (

    select
        *,
        count(*) over () as customers,
        rank() over (order by recency_days desc) - 1 as customers_less_recent,
        rank() over (order by order_count) - 1 as customers_less_frequent,
        rank() over (order by net_revenue_cny) - 1 as customers_less_valuable

    from customers

),

final as (

    select
        one_id,
        order_count,
        kept_order_count,
        recency_days,
        net_revenue_cny,
        cast(1 + floor(5 * customers_less_recent / customers) as integer) as r_score,
        cast(1 + floor(5 * customers_less_frequent / customers) as integer) as f_score,
        cast(1 + floor(5 * customers_less_valuable / customers) as integer) as m_score,
        first_order_date,
        last_order_date,
        as_of_date

    from counted

)

select * from final
