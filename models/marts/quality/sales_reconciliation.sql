{#
    Grain: one row per channel, record_type (order, refund) and outcome.
    Accounts for every trade, receipt and refund that was delivered: what became revenue or
    lowered it (counted), and what did not, with the reason. No row is lost between staging and
    the facts. Refunds without a counted order show up here with their amount: they lower no
    order's net revenue, so net revenue of a channel after them is counted minus these.
    Orders without a person are counted, and shown as a part of what they belong to.
#}
with

orders as (

    select * from {{ ref('int_sales__orders_unioned') }}

),

orders_resolved as (

    select * from {{ ref('int_sales__orders_resolved') }}

),

refunds as (

    select * from {{ ref('int_sales__refunds_unioned') }}

),

refunds_resolved as (

    select * from {{ ref('int_sales__refunds_resolved') }}

),

orders_grouped as (

    select
        orders.channel,
        'order' as record_type,
        coalesce(orders.exclusion_reason, 'counted') as outcome,
        count(*) as record_count,
        sum(orders.paid_cny) as amount_cny,
        count(*) filter (where resolved.one_id is null) as without_person_count,
        sum(orders.paid_cny) filter (where resolved.one_id is null) as without_person_cny

    from orders
    left join orders_resolved as resolved
        on orders.order_id = resolved.order_id

    group by 1, 2, 3

),

refunds_grouped as (

    select
        refunds.channel,
        'refund' as record_type,
        case
            when refunds.refund_state <> 'succeeded' then refunds.refund_state
            else coalesce(refunds.unmatched_reason, 'counted')
        end as outcome,
        count(*) as record_count,
        sum(refunds.requested_cny) as amount_cny,
        count(*) filter (where resolved.one_id is null) as without_person_count,
        sum(refunds.requested_cny) filter (where resolved.one_id is null) as without_person_cny

    from refunds
    left join refunds_resolved as resolved
        on refunds.refund_id = resolved.refund_id

    group by 1, 2, 3

),

grouped as (

    select * from orders_grouped
    union all
    select * from refunds_grouped

),

grouped_judged as (

    select
        *,
        -- Trades that are no orders are not resolved to people at all.
        record_type = 'refund' or outcome = 'counted' as is_resolved

    from grouped

),

final as (

    select
        cast(channel as string) as channel,
        cast(record_type as string) as record_type,
        cast(outcome as string) as outcome,
        cast(record_count as bigint) as record_count,
        cast(amount_cny as decimal(18, 2)) as amount_cny,
        cast(case when is_resolved then without_person_count end as bigint) as without_person_count,
        cast(case when is_resolved then coalesce(without_person_cny, 0) end as decimal(18, 2))
            as without_person_cny

    from grouped_judged

)

select * from final
