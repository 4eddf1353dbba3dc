-- Failing means trades, receipts or refunds were lost or doubled between the channels' feeds, the
-- reconciliation and the facts. It does not claim that the reasons are right.
{{ config(meta={'dagster': {'ref': {'name': 'sales_reconciliation'}}}) }}

with

reconciliation as (

    select * from {{ ref('sales_reconciliation') }}

),

delivered_records as (

    {% for channel in channels_with_feed('sales_orders') %}
    select
        '{{ channel }}' as channel,
        'order' as record_type,
        count(*) as record_count

    from {{ ref('stg_' ~ channel ~ '__sales_orders') }}

    union all
    {% endfor %}
    select
        channel,
        'refund' as record_type,
        count(*) as record_count

    from {{ ref('int_sales__refunds_unioned') }}

    group by channel

),

recorded as (

    select
        channel,
        record_type,
        sum(record_count) as record_count

    from reconciliation

    group by channel, record_type

),

counted as (

    select
        channel,
        record_type,
        sum(record_count) as record_count,
        sum(amount_cny) as amount_cny

    from reconciliation

    where outcome = 'counted'

    group by channel, record_type

),

facts as (

    select
        channel,
        'order' as record_type,
        count(*) as record_count,
        sum(paid_cny) as amount_cny

    from {{ ref('fct_orders') }}

    group by channel

    union all

    select
        channel,
        'refund' as record_type,
        count(*) as record_count,
        sum(refunded_cny) as amount_cny

    from {{ ref('fct_refunds') }}

    where refund_state = 'succeeded'
        and order_id is not null

    group by channel

),

order_refunds as (

    select
        channel,
        sum(refunded_cny) as amount_cny

    from {{ ref('fct_orders') }}

    group by channel

),

differences as (

    select
        delivered_records.channel,
        delivered_records.record_type,
        'delivered and recorded' as compared

    from delivered_records
    left join recorded
        on delivered_records.channel = recorded.channel
        and delivered_records.record_type = recorded.record_type

    where delivered_records.record_count <> coalesce(recorded.record_count, 0)

    union all

    select
        coalesce(counted.channel, facts.channel) as channel,
        coalesce(counted.record_type, facts.record_type) as record_type,
        'counted and facts' as compared

    from counted
    full outer join facts
        on counted.channel = facts.channel
        and counted.record_type = facts.record_type

    where counted.record_count is distinct from facts.record_count
        or counted.amount_cny is distinct from facts.amount_cny

    union all

    select
        order_refunds.channel,
        'refund' as record_type,
        'refunds and orders' as compared

    from order_refunds
    left join facts
        on order_refunds.channel = facts.channel
        and facts.record_type = 'refund'

    where order_refunds.amount_cny <> coalesce(facts.amount_cny, 0)

)

select * from differences
