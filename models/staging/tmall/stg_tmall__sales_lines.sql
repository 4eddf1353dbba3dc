{#
    Grain: one row per sub-order of a trade; feed `sales_lines` of channel tmall.
#}
with

order_lines as (

    select * from {{ ref('stg_tmall__order_lines') }}

),

final as (

    select
        -- ids
        native_order_id,
        native_line_id,
        sku,
        cast(null as string) as coupon_code,

        -- numbers
        quantity,
        cast(coalesce(price_cny * quantity, total_cny, paid_cny) as decimal(18, 2)) as gross_cny,
        paid_cny

    from order_lines

)

select * from final
