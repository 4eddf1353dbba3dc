{#
    Grain: one row per paid order of any channel (order_id).
    gross_cny - discount_cny + post_fee_cny = paid_cny, and paid_cny - refunded_cny =
    net_revenue_cny; refunds without an order are in fct_refunds only.
    Surprise: an order is in here from the moment it is paid, and stays when it is refunded.
#}
with

orders as (

    select * from {{ ref('int_sales__orders_unioned') }}

    where exclusion_reason is null

),

orders_resolved as (

    select * from {{ ref('int_sales__orders_resolved') }}

),

orders_numbered_per_person as (

    select
        order_id,
        one_id,
        row_number() over (partition by one_id order by paid_at, order_id) as order_no

    from orders_resolved

),

lines_grouped_by_order as (

    select
        order_id,
        count(*) as line_count,
        sum(quantity) as unit_count,
        sum(gross_cny) as gross_cny

    from {{ ref('fct_order_lines') }}

    group by order_id

),

refunds_grouped_by_order as (

    select
        order_id,
        sum(refunded_cny) as refunded_cny

    from {{ ref('int_sales__refunds_unioned') }}

    where order_id is not null

    group by order_id

),

final as (

    select
        cast(orders.order_id as string) as order_id,
        cast(orders.channel as string) as channel,
        cast(orders.sales_channel as string) as sales_channel,
        cast(orders.brand as string) as brand,
        cast(numbered.one_id as string) as one_id,
        cast(orders.store_id as string) as store_id,
        cast(orders.ordered_at as timestamp) as ordered_at,
        cast(orders.paid_at as timestamp) as paid_at,
        cast(coalesce(lines.gross_cny, orders.paid_cny - orders.post_fee_cny) as decimal(18, 2))
            as gross_cny,
        cast(
            coalesce(lines.gross_cny, orders.paid_cny - orders.post_fee_cny)
            + orders.post_fee_cny - orders.paid_cny
            as decimal(18, 2)
        ) as discount_cny,
        cast(orders.paid_cny as decimal(18, 2)) as paid_cny,
        cast(coalesce(refunds.refunded_cny, 0) as decimal(18, 2)) as refunded_cny,
        cast(orders.paid_cny - coalesce(refunds.refunded_cny, 0) as decimal(18, 2))
            as net_revenue_cny,
        cast(coalesce(lines.line_count, 0) as bigint) as line_count,
        cast(coalesce(lines.unit_count, 0) as decimal(18, 3)) as unit_count,
        coalesce(numbered.order_no = 1, false) as is_first_order,
        cast(orders.post_fee_cny as decimal(18, 2)) as post_fee_cny,
        cast(orders.shop_id as string) as shop_id,
        cast(orders.channel_status as string) as channel_status,
        cast(orders.business_date as date) as business_date,
        {{ brand_date('orders.ordered_at') }} as ordered_date,
        {{ brand_date('orders.paid_at') }} as paid_date

    from orders
    left join orders_numbered_per_person as numbered
        on orders.order_id = numbered.order_id
    left join lines_grouped_by_order as lines
        on orders.order_id = lines.order_id
    left join refunds_grouped_by_order as refunds
        on orders.order_id = refunds.order_id

)

select * from final
