{#
    Grain: one row per line of an order; feed `sales_lines` of channel youzan.
#}
with

order_lines as (

    select * from {{ ref('stg_youzan__order_lines') }}

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
