{#
    Grain: one row per product (sku), as in the newest delivery that names it.
#}
with

products as (

    select *

    from {{ source('catalog', 'products') }}

    {{ delivered() }}

),

newest_delivered as (

    select *

    from products

    qualify row_number() over (
        partition by sku
        order by dt desc, product_name desc, category desc, brand desc, list_price_fen desc
    ) = 1

),

final as (

    select
        -- ids
        sku,

        -- text
        {{ clean_text('product_name') }} as product_name,
        {{ clean_text('category') }} as category,
        {{ clean_text('brand') }} as brand,

        -- numbers
        {{ fen_to_cny('list_price_fen') }} as list_price_cny,
        {{ fen_to_cny('cost_fen') }} as cost_cny,
        repurchase_cycle_days,

        -- dates
        dt as delivered_date

    from newest_delivered

)

select * from final
