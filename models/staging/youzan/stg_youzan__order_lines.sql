{#
    Grain: one row per line (oid) of the newest version of an order.
    payment is the part of the order's payment that belongs to the line, without freight.
#}
with

orders as (

    select * from {{ ref('stg_youzan__orders') }}

),

order_lines as (

    {{ explode_json(
        'orders',
        ['native_order_id', 'delivered_date', 'updated_at'],
        'order_lines_json',
        ['oid', 'outer_item_id', 'sku_id', 'num', 'price', 'total_fee', 'payment'],
    ) }}

),

final as (

    select
        -- ids
        native_order_id,
        coalesce({{ clean_text('oid') }}, native_order_id || '-' || cast(element_no as string))
            as native_line_id,
        coalesce({{ clean_text('outer_item_id') }}, {{ clean_text('sku_id') }}) as sku,

        -- numbers
        cast(element_no as integer) as line_no,
        cast(num as decimal(18, 3)) as quantity,
        cast(price as decimal(18, 2)) as price_cny,
        cast(total_fee as decimal(18, 2)) as total_cny,
        cast(coalesce(payment, total_fee) as decimal(18, 2)) as paid_cny,

        -- dates and times
        delivered_date,
        updated_at

    from order_lines

)

select * from final
