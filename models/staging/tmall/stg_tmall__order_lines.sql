{#
    Grain: one row per sub-order (oid) of the newest version of a trade.
    divide_order_fee is the part of the payment that belongs to the line, without freight.
#}
with

orders as (

    select * from {{ ref('stg_tmall__orders') }}

),

sub_orders as (

    {{ explode_json(
        'orders',
        ['native_order_id', 'delivered_date', 'modified_at'],
        'order_lines_json',
        [
            'oid', 'outer_sku_id', 'num', 'price', 'total_fee', 'divide_order_fee', 'payment',
            'refund_status', 'refund_id',
        ],
    ) }}

),

final as (

    select
        -- ids
        native_order_id,
        -- a trade with one line may leave out oid, which then equals tid
        coalesce({{ clean_text('oid') }}, native_order_id || '-' || cast(element_no as string))
            as native_line_id,
        {{ clean_text('outer_sku_id') }} as sku,
        {{ clean_text('refund_id') }} as native_refund_id,

        -- text
        upper({{ clean_text('refund_status') }}) as refund_status,

        -- numbers
        cast(element_no as integer) as line_no,
        cast(num as decimal(18, 3)) as quantity,
        cast(price as decimal(18, 2)) as price_cny,
        cast(total_fee as decimal(18, 2)) as total_cny,
        cast(coalesce(divide_order_fee, payment, total_fee) as decimal(18, 2)) as paid_cny,

        -- dates and times
        delivered_date,
        modified_at

    from sub_orders

)

select * from final
