{#
    Grain: one row per product that the master has, or that was sold or stocked (sku).
    Who buys a product, where, how often again, at what price, and whether it was on the shelf.
    Surprise: revenue holds the product's part of refunds that name no line; freight is nobody's.
#}
with

sales as (

    select * from {{ ref('int_goods__products_sold') }}

),

stock as (

    select * from {{ ref('int_goods__stock_latest') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

stock_grouped as (

    select
        sku,
        count(*) as stock_store_count,
        count(*) filter (where is_stocked_out) as stocked_out_store_count,
        sum(closing_units) as closing_units,
        sum(stock_value_cny) as stock_value_cny,
        sum(reported_days) as reported_store_days,
        sum(in_stock_days) as in_stock_store_days,
        sum(stocked_out_days) as stocked_out_store_days,
        max(stock_date) as stock_date

    from stock

    group by sku

),

skus as (

    select sku from products
    union
    select sku from sales
    union
    select sku from stock_grouped

),

final as (

    select
        -- ids and text
        cast(skus.sku as string) as sku,
        cast(products.product_name as string) as product_name,
        cast(products.category as string) as category,
        cast(products.brand as string) as brand,
        products.sku is not null as is_in_master,

        -- sales
        cast(coalesce(sales.order_count, 0) as bigint) as order_count,
        cast(coalesce(sales.unit_count, 0) as decimal(18, 3)) as unit_count,
        cast(coalesce(sales.gross_cny, 0) as decimal(18, 2)) as gross_cny,
        cast(coalesce(sales.discount_cny, 0) as decimal(18, 2)) as discount_cny,
        cast(coalesce(sales.paid_cny, 0) as decimal(18, 2)) as paid_cny,
        cast(coalesce(sales.refunded_cny, 0) as decimal(18, 2)) as refunded_cny,
        cast(coalesce(sales.net_revenue_cny, 0) as decimal(18, 2)) as net_revenue_cny,
        {{ share_pct(fen_of('sales.refunded_cny'), fen_of('sales.paid_cny')) }} as refunded_pct,
        {{ share_pct(fen_of('sales.discount_cny'), fen_of('sales.gross_cny')) }} as discount_pct,
        {% for sales_channel in ['own', 'marketplace', 'retail', 'takeaway'] %}
        {{ share_pct(
            fen_of('coalesce(sales.' ~ sales_channel ~ '_cny, 0)'), fen_of('sales.net_revenue_cny')
        ) }} as {{ sales_channel }}_revenue_pct,
        {% endfor %}
        cast(sales.first_sale_date as date) as first_sale_date,
        cast(sales.last_sale_date as date) as last_sale_date,
        cast({{ days_between('sales.last_sale_date', 'as_of.as_of_date') }} as bigint)
            as days_since_last_sale,

        -- buyers
        cast(coalesce(sales.buyer_count, 0) as bigint) as buyer_count,
        cast(coalesce(sales.repeat_buyer_count, 0) as bigint) as repeat_buyer_count,
        {{ share_pct('coalesce(sales.repeat_buyer_count, 0)', 'sales.buyer_count') }}
            as repeat_buyer_pct,
        cast(coalesce(sales.repurchase_count, 0) as bigint) as repurchase_count,
        cast(sales.repurchase_interval_days as decimal(9, 1)) as repurchase_interval_days,
        cast(products.repurchase_cycle_days as integer) as repurchase_cycle_days,

        -- price
        cast(products.list_price_cny as decimal(18, 2)) as list_price_cny,
        {{ fen_to_cny(rounded_quotient(
            '1000 * ' ~ fen_of('sales.paid_cny'), thousandths_of('sales.unit_count')
        )) }} as average_price_cny,
        {{ share_pct(
            '1000 * ' ~ fen_of('sales.paid_cny'),
            thousandths_of('sales.unit_count') ~ ' * ' ~ fen_of('products.list_price_cny')
        ) }} as price_realised_pct,

        -- stock
        cast(coalesce(stock.stock_store_count, 0) as bigint) as stock_store_count,
        cast(coalesce(stock.stocked_out_store_count, 0) as bigint) as stocked_out_store_count,
        cast(stock.closing_units as decimal(18, 3)) as closing_units,
        cast(stock.stock_value_cny as decimal(18, 2)) as stock_value_cny,
        cast(coalesce(stock.reported_store_days, 0) as bigint) as reported_store_days,
        cast(coalesce(stock.in_stock_store_days, 0) as bigint) as in_stock_store_days,
        cast(coalesce(stock.stocked_out_store_days, 0) as bigint) as stocked_out_store_days,
        cast(stock.stock_date as date) as stock_date,
        cast(as_of.as_of_date as date) as as_of_date

    from skus
    cross join as_of
    left join products
        on skus.sku = products.sku
    left join sales
        on skus.sku = sales.sku
    left join stock_grouped as stock
        on skus.sku = stock.sku

)

select * from final
