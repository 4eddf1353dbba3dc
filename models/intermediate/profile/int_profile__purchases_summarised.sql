{#
    Grain: one row per one_id with at least one paid order.
    Where and how a customer buys; the rhythm is in int_lifecycle__purchase_days.
    Favourite channel and store are decided by orders, category by order lines; then the newest
    order decides, then the name.
#}
with

purchases as (

    select * from {{ ref('int_lifecycle__purchases_sequenced') }}

),

lines as (

    select * from {{ ref('fct_order_lines') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

customers as (

    select
        one_id,
        cast(sum(gross_cny) as decimal(18, 2)) as gross_cny,
        cast(sum(discount_cny) as decimal(18, 2)) as discount_cny,
        cast(sum(paid_cny) as decimal(18, 2)) as paid_cny,
        cast(sum(refunded_cny) as decimal(18, 2)) as refunded_cny,
        cast(sum(net_revenue_cny) as decimal(18, 2)) as net_revenue_cny,
        count(*) as order_count,
        count(*) filter (where discount_cny > 0) as discounted_order_count,
        count(*) filter (where is_kept) as kept_order_count,
        min(paid_date) as first_order_date,
        max(paid_date) as last_order_date,
        max(case when order_number = 1 then channel end) as first_order_channel

    from purchases

    group by one_id

),

orders_by_channel as (

    select
        one_id,
        channel,
        count(*) as order_count,
        max(paid_at) as last_paid_at

    from purchases

    group by one_id, channel

),

favourite_channels as (

    select
        one_id,
        channel as favourite_channel,
        count(*) over (partition by one_id) as order_channel_count

    from orders_by_channel

    qualify row_number() over (
        partition by one_id
        order by order_count desc, last_paid_at desc, channel asc
    ) = 1

),

orders_by_store as (

    select
        one_id,
        store_id,
        count(*) as order_count,
        max(paid_at) as last_paid_at

    from purchases

    where store_id is not null

    group by one_id, store_id

),

favourite_stores as (

    select
        one_id,
        store_id as favourite_store_id

    from orders_by_store

    qualify row_number() over (
        partition by one_id
        order by order_count desc, last_paid_at desc, store_id asc
    ) = 1

),

lines_by_category as (

    select
        purchases.one_id,
        products.category,
        count(*) as line_count,
        max(purchases.paid_at) as last_paid_at

    from purchases
    inner join lines
        on purchases.order_id = lines.order_id
    inner join products
        on lines.sku = products.sku

    where products.category is not null

    group by purchases.one_id, products.category

),

favourite_categories as (

    select
        one_id,
        category as favourite_category,
        count(*) over (partition by one_id) as category_count

    from lines_by_category

    qualify row_number() over (
        partition by one_id
        order by line_count desc, last_paid_at desc, category asc
    ) = 1

),

final as (

    select
        customers.*,
        favourite_channels.favourite_channel,
        favourite_channels.order_channel_count,
        favourite_stores.favourite_store_id,
        favourite_categories.favourite_category,
        coalesce(favourite_categories.category_count, 0) as category_count

    from customers
    left join favourite_channels
        on customers.one_id = favourite_channels.one_id
    left join favourite_stores
        on customers.one_id = favourite_stores.one_id
    left join favourite_categories
        on customers.one_id = favourite_categories.one_id

)

select * from final
