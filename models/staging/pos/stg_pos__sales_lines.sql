{#
    Grain: one row per sale line of a receipt; feed `sales_lines` of channel pos.
    Lines with quantity 0, paid 0 or very large quantities (weight goods, fuel) are sales too.
#}
with

receipts as (

    select * from {{ ref('stg_pos__receipts') }}

),

final as (

    select
        -- ids
        native_order_id,
        cast(line_no as string) as native_line_id,
        sku,
        coupon_code,

        -- numbers
        quantity,
        gross_cny,
        paid_cny

    from receipts

    where not is_return

)

select * from final
