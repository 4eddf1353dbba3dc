{#
    Grain: one row per trade; feed `sales_orders` of channel tmall.
    A trade is an order once it is paid in full. A presale with only the deposit paid, an unpaid
    trade and one that was cancelled before payment are kept with the reason. A trade that closed
    after payment (TRADE_CLOSED) is an order: what went back is in the refunds.
    Surprise: receiver_mobile does not identify the buyer: it is masked, virtual or a friend's.
#}
with

orders as (

    select * from {{ ref('stg_tmall__orders') }}

),

final as (

    select
        -- ids
        native_order_id,
        shop_id,
        cast(null as string) as store_id,
        tmall_omid_token as identifier_token_1,
        tmall_ouid_token as identifier_token_2,
        tmall_open_uid_token as identifier_token_3,
        cast(null as string) as unverified_token,

        -- text
        cast(null as string) as brand,
        status as channel_status,
        case
            when status = 'TRADE_CLOSED_BY_TAOBAO' then 'cancelled_before_payment'
            when status = 'TRADE_CLOSED' and paid_at is null then 'cancelled_before_payment'
            when step_trade_status = 'FRONT_PAID_FINAL_NOPAID' then 'presale_balance_unpaid'
            when step_trade_status = 'FRONT_NOPAID_FINAL_NOPAID' then 'unpaid'
            when paid_at is null then 'unpaid'
            when status in (
                    'TRADE_NO_CREATE_PAY', 'WAIT_BUYER_PAY', 'PAY_PENDING', 'WAIT_PRE_AUTH_CONFIRM'
                ) then 'unpaid'
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
