{#
    Grain: one row per order; feed `sales_orders` of channel youzan.
    An order counts once it is paid; the others are kept with the reason. One that closed after
    payment stays an order: what went back is in the refunds.
#}
with

orders as (

    select * from {{ ref('stg_youzan__orders') }}

),

final as (

    select
        -- ids
        native_order_id,
        shop_id,
        store_id,
        youzan_open_id_token as identifier_token_1,
        wx_openid_token as identifier_token_2,
        cast(null as string) as identifier_token_3,
        phone_token as unverified_token,

        -- text
        cast(null as string) as brand,
        status as channel_status,
        case
            when paid_at is not null and status <> 'WAIT_BUYER_PAY' then null
            when status = 'TRADE_CLOSED' then 'cancelled_before_payment'
            else 'unpaid'
        end as exclusion_reason,

        -- numbers
        coalesce(payment_cny, 0) as paid_cny,
        coalesce(post_fee_cny, 0) as post_fee_cny,

        -- dates and times
        cast(null as date) as business_date,
        created_at as ordered_at,
        paid_at

    from orders

)

select * from final
