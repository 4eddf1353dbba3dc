{#
    Grain: one row per item of an order; feed `sales_lines` of channel jd.
#}
with

order_lines as (

    select * from {{ ref('stg_jd__order_lines') }}

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
