{#
    Grain: one row per sub-order of a shop order; feed `sales_lines` of channel douyin.
#}
with

order_lines as (

    select * from {{ ref('stg_douyin__order_lines') }}

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
        gross_cny,
        paid_cny

    from order_lines

)

select * from final
