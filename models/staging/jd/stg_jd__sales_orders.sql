{#
    Grain: one row per order of the export; feed `sales_orders` of channel jd.
    An order counts once it is paid. JD splits an order by warehouse and keeps the parent in the
    export with the whole amount: it is no order once a child of it was delivered, else it would
    count twice. An order cancelled after payment is one: what went back is in the refunds.
    Surprise: the receiver's phone does not identify the buyer: it is masked, virtual or a friend's.
#}
with

orders as (

    select * from {{ ref('stg_jd__orders') }}

),

parents as (

    select distinct native_parent_order_id as native_order_id

    from orders

    where native_parent_order_id is not null

),

final as (

    select
        -- ids
        orders.native_order_id,
        orders.shop_id,
        cast(null as string) as store_id,
        orders.jd_xid_token as identifier_token_1,
        orders.jd_open_id_token as identifier_token_2,
        cast(null as string) as identifier_token_3,
        cast(null as string) as unverified_token,

        -- text
        cast(null as string) as brand,
        orders.status as channel_status,
        case
            when parents.native_order_id is not null then 'split_into_children'
            when orders.paid_at is not null then null
            when orders.state_name = 'cancelled' then 'cancelled_before_payment'
            else 'unpaid'
        end as exclusion_reason,

        -- numbers
        coalesce(orders.payment_cny, 0) as paid_cny,
        coalesce(orders.post_fee_cny, 0) as post_fee_cny,

        -- dates and times
        cast(null as date) as business_date,
        orders.created_at as ordered_at,
        orders.paid_at

    from orders
    left join parents
        on orders.native_order_id = parents.native_order_id

)

select * from final
