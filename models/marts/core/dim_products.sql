{#
    Grain: one row per product of the product master (sku).
    Products that were sold but are not in the master have no row; the lines keep their sku.
#}
with

products as (

    select * from {{ ref('stg_catalog__products') }}

),

final as (

    select
        cast(sku as string) as sku,
        cast(product_name as string) as product_name,
        cast(category as string) as category,
        cast(brand as string) as brand,
        cast(list_price_cny as decimal(18, 2)) as list_price_cny,
        cast(cost_cny as decimal(18, 2)) as cost_cny,
        cast(repurchase_cycle_days as integer) as repurchase_cycle_days

    from products

)

select * from final
