{#
    Grain: one row per order; feed `sales_orders` of channel meituan.
    Takeaway is paid when it is ordered. A cancelled order never became a sale: the platform releases
    the money by itself; a refunded one was delivered and stays an order, what went back is in
    the refunds. The buyer is the platform's token; the masked phone is nobody's.
#}
with

orders as (

    select * from {{ ref('stg_meituan__orders') }}

),

stores as (

    select * from {{ ref('stg_pos__stores') }}

),

final as (

    select
        -- ids
        orders.native_order_id,
        cast(null as string) as shop_id,
        orders.store_id,
        orders.meituan_user_token as identifier_token_1,
        cast(null as string) as identifier_token_2,
        cast(null as string) as identifier_token_3,
        cast(null as string) as unverified_token,

        -- text
        stores.brand,
        orders.status as channel_status,
        case
            when orders.status in ('paid', 'completed', 'refunded') then null
            when orders.status = 'cancelled' then 'cancelled_before_payment'
            else 'unpaid'
        end as exclusion_reason,

        -- numbers
        orders.payment_cny as paid_cny,
        cast(0 as decimal(18, 2)) as post_fee_cny,

        -- dates and times
        cast(null as date) as business_date,
        orders.ordered_at,
        case
            when orders.status in ('paid', 'completed', 'refunded') then orders.ordered_at
        end as paid_at

    from orders
    left join stores
        on orders.store_id = stores.store_id

)

select * from final
