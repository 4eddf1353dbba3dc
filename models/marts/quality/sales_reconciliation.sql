{#
    Grain: one row per channel, record_type (order, refund) and outcome.
    Accounts for every trade, receipt and refund that was delivered: what became revenue or
    lowered it (counted), and what did not, with the reason. No row is lost between staging and
    the facts. Refunds without a counted order show up here with their amount: they lower no
    order's net revenue, so net revenue of a channel after them is counted minus these.
#}
with

orders as (

    select * from {{ ref('int_sales__orders_unioned') }}

),

refunds as (

    select * from {{ ref('int_sales__refunds_unioned') }}

),

orders_grouped as (

    select
        channel,
        'order' as record_type,
        coalesce(exclusion_reason, 'counted') as outcome,
        count(*) as record_count,
        sum(paid_cny) as amount_cny

    from orders

    group by 1, 2, 3

),

refunds_grouped as (

    select
        channel,
        'refund' as record_type,
        case
            when refund_state <> 'succeeded' then refund_state
            else coalesce(unmatched_reason, 'counted')
        end as outcome,
        count(*) as record_count,
        sum(requested_cny) as amount_cny

    from refunds

    group by 1, 2, 3

),

grouped as (

    select * from orders_grouped
    union all
    select * from refunds_grouped

),

final as (

    select
        cast(channel as string) as channel,
        cast(record_type as string) as record_type,
        cast(outcome as string) as outcome,
        cast(record_count as bigint) as record_count,
        cast(amount_cny as decimal(18, 2)) as amount_cny

    from grouped

)

select * from final
