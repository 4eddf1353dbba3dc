{#
    Grain: one row per month of the first order, its channel, and calendar months since.
    Retention and LTV of cohorts: who of the customers of a month bought in the k-th month after
    it, and what all of them brought until then.
    Surprise: months without any order are there with 0, up to the as-of day's month, which is
    not over; is_whole_month says so.
#}

with

purchases as (

    select * from {{ ref('int_lifecycle__purchases_sequenced') }}

),

customers as (

    select * from {{ ref('customer_value') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

cohorts as (

    select
        cohort_month_date,
        first_order_channel,
        count(*) as customers

    from customers

    group by cohort_month_date, first_order_channel

),

digits as (

    select digit
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as digits (digit)

),

months as (

    select 100 * hundreds.digit + 10 * tens.digit + ones.digit as months_since
    from digits as hundreds
    cross join digits as tens
    cross join digits as ones

),

cohort_months as (

    select
        cohorts.*,
        months.months_since,
        months.months_since
        < {{ months_between_dates('cohorts.cohort_month_date', 'as_of.as_of_date + 1') }}
            as is_whole_month

    from cohorts
    cross join as_of
    inner join months
        on months.months_since
        <= {{ months_between_dates('cohorts.cohort_month_date', 'as_of.as_of_date') }}

),

orders_by_month as (

    select
        customers.cohort_month_date,
        customers.first_order_channel,
        {{ months_between_dates('customers.cohort_month_date', 'purchases.paid_date') }}
            as months_since,
        count(distinct purchases.one_id) as active_customers,
        count(*) as orders,
        sum(purchases.net_revenue_cny) as net_revenue_cny

    from purchases
    inner join customers
        on purchases.one_id = customers.one_id

    group by
        customers.cohort_month_date, customers.first_order_channel,
        {{ months_between_dates('customers.cohort_month_date', 'purchases.paid_date') }}

),

filled as (

    select
        cohort_months.*,
        coalesce(found.active_customers, 0) as active_customers,
        coalesce(found.orders, 0) as orders,
        coalesce(found.net_revenue_cny, 0) as net_revenue_cny,
        sum(coalesce(found.net_revenue_cny, 0)) over (
            partition by cohort_months.cohort_month_date, cohort_months.first_order_channel
            order by cohort_months.months_since
            rows between unbounded preceding and current row
        ) as cumulative_net_revenue_cny

    from cohort_months
    left join orders_by_month as found
        on cohort_months.cohort_month_date = found.cohort_month_date
        and cohort_months.first_order_channel = found.first_order_channel
        and cohort_months.months_since = found.months_since

),

final as (

    select
        cast(first_order_channel as string) as first_order_channel,
        cast(months_since as integer) as months_since,
        cast(customers as bigint) as customers,
        cast(active_customers as bigint) as active_customers,
        cast(orders as bigint) as orders,
        cast(net_revenue_cny as decimal(18, 2)) as net_revenue_cny,
        cast(cumulative_net_revenue_cny as decimal(18, 2)) as cumulative_net_revenue_cny,
        {{ ratio('active_customers', 'customers') }} as retention_ratio,
        {{ fen_to_cny(rounded_quotient(cny_to_fen('cumulative_net_revenue_cny'), 'customers')) }}
            as ltv_cny,
        is_whole_month,
        cohort_month_date

    from filled

)

select * from final
