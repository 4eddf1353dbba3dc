{#
    Grain: one row per refunded order; feed `sales_refunds` of channel meituan.
    The export says that an order was refunded, not how much and when: it is the whole payment, on
    the day the status first arrived, never before the order.
#}
with

orders as (

    select
        *,
        greatest(ordered_at, {{ to_utc('status_since_date', 'Asia/Shanghai') }}) as refunded_at

    from {{ ref('stg_meituan__orders') }}

    where status = 'refunded'

),

final as (

    select
        -- ids
        native_order_id as native_refund_id,
        native_order_id,
        cast(null as string) as native_line_id,
        store_id,
        cast(null as string) as sku,
        meituan_user_token as identifier_token_1,
        cast(null as string) as identifier_token_2,
        cast(null as string) as identifier_token_3,
        cast(null as string) as unverified_token,

        -- text
        status as channel_status,
        'succeeded' as refund_state,
        cast(null as string) as unmatched_reason,

        -- numbers
        cast(null as decimal(18, 3)) as returned_quantity,
        payment_cny as requested_cny,

        -- dates and times
        cast(null as date) as business_date,
        refunded_at as requested_at,
        refunded_at

    from orders

)

select * from final
