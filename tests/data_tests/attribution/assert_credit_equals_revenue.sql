-- Failing means that on some day a model credits another sum than the orders earned (by the day of
-- payment), or than was paid less refunded (by the day money moved); or that a model is missing.
-- It does not claim that the orders themselves are complete.
{{ config(meta={'dagster': {'ref': {'name': 'fct_attribution'}}}) }}

with

orders as (

    select * from {{ ref('fct_orders') }}

),

expected_by_day as (

    select
        'paid' as day_type,
        paid_date as date,
        sum(net_revenue_cny) as amount_cny,
        count(*) as conversions

    from orders

    group by paid_date

    union all

    select
        'booked' as day_type,
        date,
        sum(amount_cny) as amount_cny,
        0 as conversions

    from (
        select
            paid_date as date,
            paid_cny as amount_cny
        from orders
        union all
        select
            {{ brand_date('coalesce(refunds.refunded_at, refunds.requested_at, orders.paid_at)') }}
                as date,
            -refunds.refunded_cny as amount_cny
        from {{ ref('fct_refunds') }} as refunds
        inner join orders on refunds.order_id = orders.order_id
        where refunds.refunded_cny != 0
    ) as amounts

    group by date

),

expected as (

    select
        expected_by_day.*,
        models.model

    from expected_by_day
    cross join {{ models_listed() }}

),

credited as (

    select
        'paid' as day_type,
        model,
        paid_date as date,
        sum(credit_cny) as amount_cny,
        sum(credit_ratio) as conversions

    from {{ ref('fct_attribution') }}

    group by model, paid_date

    union all

    select
        'booked' as day_type,
        model,
        booked_date as date,
        sum(credit_cny) as amount_cny,
        0 as conversions

    from {{ ref('fct_attribution') }}

    group by model, booked_date

)

select
    coalesce(expected.day_type, credited.day_type) as day_type,
    coalesce(expected.model, credited.model) as model,
    coalesce(expected.date, credited.date) as date,
    expected.amount_cny as expected_cny,
    credited.amount_cny as credited_cny

from expected
full outer join credited
    on expected.day_type = credited.day_type
    and expected.model = credited.model
    and expected.date = credited.date

where expected.amount_cny is distinct from credited.amount_cny
    or abs(coalesce(expected.conversions, 0) - coalesce(credited.conversions, 0)) > 0.001
