{#
    Grain: one row per order cancelled after payment; feed `sales_refunds` of channel jd.
    JD gives the whole payment back when it cancels a paid order. Returns after delivery are in an
    API of their own, which the landing contract does not bring: they are not in here, and the
    docs say so (docs/reference/channels.md).
#}
with

orders as (

    select * from {{ ref('stg_jd__orders') }}

),

counted_orders as (

    select native_order_id

    from {{ ref('stg_jd__sales_orders') }}

    where exclusion_reason is null

),

final as (

    select
        -- ids
        orders.native_order_id as native_refund_id,
        orders.native_order_id,
        cast(null as string) as native_line_id,
        cast(null as string) as store_id,
        cast(null as string) as sku,
        orders.jd_xid_token as identifier_token_1,
        orders.jd_open_id_token as identifier_token_2,
        cast(null as string) as identifier_token_3,
        cast(null as string) as unverified_token,

        -- text
        orders.status as channel_status,
        'succeeded' as refund_state,
        cast(null as string) as unmatched_reason,

        -- numbers
        cast(null as decimal(18, 3)) as returned_quantity,
        coalesce(orders.payment_cny, 0) as requested_cny,

        -- dates and times
        cast(null as date) as business_date,
        coalesce(orders.ended_at, orders.modified_at) as requested_at,
        coalesce(orders.ended_at, orders.modified_at) as refunded_at

    from orders
    inner join counted_orders
        on orders.native_order_id = counted_orders.native_order_id

    where orders.state_name = 'cancelled'

)

select * from final
