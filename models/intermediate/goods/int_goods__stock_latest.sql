{#
    Grain: one row per store and product that a store ever reported (store_id, sku).
    The stock of its latest report, at cost. A product that left the range keeps its last report.
#}
with

stock as (

    select * from {{ ref('fct_inventory_days') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

days_counted as (

    select
        store_id,
        sku,
        max(date) as stock_date,
        max_by(closing_units, date) as closing_units,
        count(*) as reported_days,
        count(*) filter (where opening_units + received_units > 0) as in_stock_days,
        count(*) filter (where is_stocked_out) as stocked_out_days

    from stock

    group by store_id, sku

),

final as (

    select
        stock.store_id,
        stock.sku,
        stock.closing_units,
        stock.reported_days,
        stock.in_stock_days,
        stock.stocked_out_days,
        stock.closing_units <= 0 as is_stocked_out,
        {{ fen_to_cny(rounded_quotient(
            thousandths_of('greatest(stock.closing_units, 0)') ~ ' * ' ~ fen_of('products.cost_cny'),
            '1000'
        )) }} as stock_value_cny,
        stock.stock_date

    from days_counted as stock
    left join products
        on stock.sku = products.sku

)

select * from final
