{#
    Grain: one row per order line of a known person's paid order up to the as-of day.
    The line with its product. price_band is the product's place in its category by list price:
    low, middle or high third (1 + floor(3 × products strictly cheaper / products)).
    A view: preferences and replenishment read it.
#}
{{ config(materialized='view') }}
with

purchases as (

    select * from {{ ref('int_lifecycle__purchases_sequenced') }}

),

lines as (

    select * from {{ ref('fct_order_lines') }}

),

products_ranked as (

    select
        *,
        floor(
            3 * (rank() over (partition by category order by list_price_cny asc) - 1)
            / count(*) over (partition by category)
        ) as price_third

    from {{ ref('dim_products') }}

),

final as (

    select
        ---------- ids
        purchases.one_id,
        purchases.order_id,
        lines.order_line_id,
        lines.sku,

        ---------- text
        products.category,
        products.brand as product_brand,
        case
            when products.category is null or products.list_price_cny is null then null
            when products.price_third = 0 then 'low'
            when products.price_third = 1 then 'middle'
            else 'high'
        end as price_band,

        ---------- numbers
        lines.quantity,
        lines.gross_cny,
        lines.discount_cny,
        products.repurchase_cycle_days,

        ---------- booleans
        purchases.is_kept,

        ---------- dates and times
        purchases.paid_date,
        purchases.as_of_date,
        purchases.paid_at

    from purchases
    inner join lines
        on purchases.order_id = lines.order_id
    left join products_ranked as products
        on lines.sku = products.sku

)

select * from final
