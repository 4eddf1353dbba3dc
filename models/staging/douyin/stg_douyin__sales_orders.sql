{#
    Grain: one row per shop order; feed `sales_orders` of channel douyin.
    An order counts once it is paid; one that was cancelled after payment stays an order, what went
    back is in the refunds. The buyer is the open id of the shop; the encrypted phone of the
    receiver is nobody's.
#}
with

orders as (

    select * from {{ ref('stg_douyin__orders') }}

),

final as (

    select
        -- ids
        native_order_id,
        shop_id,
        cast(null as string) as store_id,
        dd_open_id_token as identifier_token_1,
        doudian_open_id_token as identifier_token_2,
        cast(null as string) as identifier_token_3,
        cast(null as string) as unverified_token,

        -- text
        cast(null as string) as brand,
        status as channel_status,
        case
            when paid_at is not null and status <> 'unpaid' then null
            when status = 'cancelled' then 'cancelled_before_payment'
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
