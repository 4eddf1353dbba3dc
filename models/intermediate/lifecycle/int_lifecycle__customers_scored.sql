{#
    Grain: one row per one_id with at least one paid order in the RFM window.
    score = 1 + floor(5 × customers strictly worse / customers), 5 best.
    Surprise: no ntile and no rank over all customers. Each distinct value is counted once, so
    equal values have equal scores by construction, no engine sorts everybody on one machine, and
    with few distinct values some scores stay empty.
#}
with

customers as (

    select * from {{ ref('int_lifecycle__customers_measured') }}

),

customers_counted as (

    select count(*) as customers from customers

),

recency_counted as (

    select
        recency_days,
        sum(count(*)) over (
            order by recency_days desc
            rows between unbounded preceding and current row
        ) - count(*) as customers_worse

    from customers

    group by recency_days

),

frequency_counted as (

    select
        order_count,
        sum(count(*)) over (
            order by order_count
            rows between unbounded preceding and current row
        ) - count(*) as customers_worse

    from customers

    group by order_count

),

monetary_counted as (

    select
        net_revenue_cny,
        sum(count(*)) over (
            order by net_revenue_cny
            rows between unbounded preceding and current row
        ) - count(*) as customers_worse

    from customers

    group by net_revenue_cny

),

final as (

    select
        customers.one_id,
        customers.order_count,
        customers.kept_order_count,
        customers.recency_days,
        customers.net_revenue_cny,
        cast(1 + floor(5 * recency.customers_worse / customers_counted.customers) as integer)
            as r_score,
        cast(1 + floor(5 * frequency.customers_worse / customers_counted.customers) as integer)
            as f_score,
        cast(1 + floor(5 * monetary.customers_worse / customers_counted.customers) as integer)
            as m_score,
        customers.first_order_date,
        customers.last_order_date,
        customers.as_of_date

    from customers
    cross join customers_counted
    inner join recency_counted as recency
        on customers.recency_days = recency.recency_days
    inner join frequency_counted as frequency
        on customers.order_count = frequency.order_count
    inner join monetary_counted as monetary
        on customers.net_revenue_cny = monetary.net_revenue_cny

)

select * from final
