{#
    Grain: one row per refund, or per sub-order with an after-sale that gave nothing back; feed
    `sales_refunds` of channel douyin.
    Only the refund messages carry money. What a sub-order says about its after-sale has no number
    and no amount: it is shown (open: pending; taken back by the buyer: closed) until a message of
    the sub-order arrives, and never lowers revenue.
#}
with

refunds as (

    select * from {{ ref('stg_douyin__refunds') }}

),

order_lines as (

    select * from {{ ref('stg_douyin__order_lines') }}

    where after_sale_state is not null

),

orders as (

    select
        native_order_id,
        dd_open_id_token,
        doudian_open_id_token

    from {{ ref('stg_douyin__orders') }}

),

refunds_unioned as (

    select
        native_refund_id,
        native_order_id,
        native_line_id,
        'refund_success' as channel_status,
        'succeeded' as refund_state,
        refund_cny as requested_cny,
        refunded_at as requested_at,
        refunded_at

    from refunds

    union all

    select
        'sub_order-' || order_lines.native_line_id as native_refund_id,
        order_lines.native_order_id,
        order_lines.native_line_id,
        'after_sale_' || order_lines.after_sale_status_code as channel_status,
        case order_lines.after_sale_state when 'cancelled' then 'closed' else 'pending' end
            as refund_state,
        order_lines.paid_cny as requested_cny,
        order_lines.updated_at as requested_at,
        cast(null as timestamp) as refunded_at

    from order_lines
    anti join refunds
        on order_lines.native_order_id = refunds.native_order_id
        and order_lines.native_line_id = coalesce(
            refunds.native_line_id, order_lines.native_line_id
        )

),

final as (

    select
        -- ids
        refunds.native_refund_id,
        refunds.native_order_id,
        refunds.native_line_id,
        cast(null as string) as store_id,
        cast(null as string) as sku,
        orders.dd_open_id_token as identifier_token_1,
        orders.doudian_open_id_token as identifier_token_2,
        cast(null as string) as identifier_token_3,
        cast(null as string) as unverified_token,

        -- text
        refunds.channel_status,
        refunds.refund_state,
        cast(null as string) as unmatched_reason,

        -- numbers
        cast(null as decimal(18, 3)) as returned_quantity,
        refunds.requested_cny,

        -- dates and times
        cast(null as date) as business_date,
        refunds.requested_at,
        refunds.refunded_at

    from refunds_unioned as refunds
    left join orders
        on refunds.native_order_id = orders.native_order_id

)

select * from final
