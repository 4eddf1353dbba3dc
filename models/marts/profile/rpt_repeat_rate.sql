{#
    Grain: one row per period_type and first day of the period (null for all history).
    复购率: of the people who bought in a period, who bought at least twice in it
    (repeat_customers), and who had bought before it (returning_customers). Periods: each calendar
    month, the last 90 and 365 days, and all history.
    Surprise: refunded orders count; two receipts of one day are two orders.
#}

with

purchases as (

    select * from {{ ref('int_lifecycle__purchases_sequenced') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

purchases_in_periods as (

    select
        'month' as period_type,
        cast(date_trunc('month', paid_date) as date) as period_start_date,
        one_id,
        order_number

    from purchases

    {% for days in [90, 365] %}
    union all

    select
        'last_{{ days }}_days' as period_type,
        as_of_date - {{ days - 1 }} as period_start_date,
        one_id,
        order_number

    from purchases

    where {{ days_between('paid_date', 'as_of_date') }} < {{ days }}
    {% endfor %}
    union all

    select
        'history' as period_type,
        cast(null as date) as period_start_date,
        one_id,
        order_number

    from purchases

),

customers as (

    select
        period_type,
        period_start_date,
        one_id,
        count(*) as orders,
        min(order_number) as first_order_number

    from purchases_in_periods

    group by period_type, period_start_date, one_id

),

final as (

    select
        cast(customers.period_type as string) as period_type,
        cast(count(*) as bigint) as customers,
        cast(count(*) filter (where customers.orders > 1) as bigint) as repeat_customers,
        cast(count(*) filter (where customers.first_order_number > 1) as bigint)
            as returning_customers,
        cast(count(*) filter (where customers.first_order_number = 1) as bigint) as new_customers,
        cast(sum(customers.orders) as bigint) as orders,
        {{ ratio('count(*) filter (where customers.orders > 1)', 'count(*)') }} as repeat_ratio,
        {{ ratio('count(*) filter (where customers.first_order_number > 1)', 'count(*)') }}
            as returning_ratio,
        cast(customers.period_start_date as date) as period_start_date,
        cast(max(as_of.as_of_date) as date) as as_of_date

    from customers
    cross join as_of

    group by customers.period_type, customers.period_start_date

)

select * from final
