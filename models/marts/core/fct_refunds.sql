{#
    Grain: one row per refund or return of any channel (refund_id), requests that failed included.
    Surprise: order_id is null where no counted order matches; such money lowers no order, it is
    counted per unmatched_reason in quality.sales_reconciliation.
#}
with

refunds as (

    select * from {{ ref('int_sales__refunds_unioned') }}

),

refunds_resolved as (

    select * from {{ ref('int_sales__refunds_resolved') }}

),

final as (

    select
        -- ids
        cast(refunds.refund_id as string) as refund_id,
        cast(refunds.order_id as string) as order_id,
        cast(refunds.order_line_id as string) as order_line_id,
        cast(resolved.one_id as string) as one_id,
        cast(refunds.store_id as string) as store_id,
        cast(refunds.sku as string) as sku,

        -- text
        cast(refunds.channel as string) as channel,
        cast(refunds.sales_channel as string) as sales_channel,
        cast(refunds.refund_state as string) as refund_state,
        cast(refunds.unmatched_reason as string) as unmatched_reason,

        -- numbers
        cast(refunds.returned_quantity as decimal(18, 3)) as returned_quantity,
        cast(refunds.requested_cny as decimal(18, 2)) as requested_cny,
        cast(refunds.refunded_cny as decimal(18, 2)) as refunded_cny,

        -- dates and times
        cast(refunds.business_date as date) as business_date,
        cast(refunds.requested_at as timestamp) as requested_at,
        cast(refunds.refunded_at as timestamp) as refunded_at

    from refunds
    left join refunds_resolved as resolved
        on refunds.refund_id = resolved.refund_id

)

select * from final
