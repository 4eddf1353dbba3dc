{#
    Grain: one row per sale of an order and per refund on it: what attribution has to share out.
    to_share_fen is the amount to split by the order's weights: for a refund all that was refunded so
    far, so that what a refund takes back is the difference to the refund before, and an order that
    was refunded in full is taken back from every touch to the fen.
    A view: small, read by the credits and by fct_attribution.
#}
{{ config(materialized='view') }}
with

orders as (

    select * from {{ ref('fct_orders') }}

),

refunds as (

    select * from {{ ref('fct_refunds') }}

    where order_id is not null
        and refunded_cny != 0

),

final as (

    select
        order_id,
        'sale' as booking_type,
        cast(null as string) as refund_id,
        cast(0 as bigint) as booking_no,
        cast(paid_cny * 100 as bigint) as amount_fen,
        cast(paid_cny * 100 as bigint) as to_share_fen,
        paid_at as booked_at

    from orders

    union all

    select
        refunds.order_id,
        'refund' as booking_type,
        refunds.refund_id,
        row_number() over (
            partition by refunds.order_id order by refunds.refunded_at, refunds.refund_id
        ) as booking_no,
        cast(-refunds.refunded_cny * 100 as bigint) as amount_fen,
        cast(
            sum(refunds.refunded_cny) over (
                partition by refunds.order_id
                order by refunds.refunded_at, refunds.refund_id
                rows between unbounded preceding and current row
            ) * 100 as bigint
        ) as to_share_fen,
        coalesce(refunds.refunded_at, refunds.requested_at, orders.paid_at) as booked_at

    from refunds
    inner join orders
        on refunds.order_id = orders.order_id

)

select * from final
