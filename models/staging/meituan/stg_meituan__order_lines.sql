{#
    Grain: one row per item of an order.
    The export says the price of an item, not what was paid for it: the payment is spread over the
    items by price, to the fen. Delivery fees and packaging are within it.
#}
with

orders as (

    select * from {{ ref('stg_meituan__orders') }}

),

items as (

    {{ explode_json(
        'orders',
        ['native_order_id', 'payment_cny'],
        'order_lines_json',
        ['sku', 'quantity', 'price_fen'],
    ) }}

),

items_typed as (

    select
        native_order_id,
        {{ clean_text('sku') }} as sku,
        cast(element_no as integer) as line_no,
        cast(coalesce(quantity, '1') as decimal(18, 3)) as quantity,
        cast(coalesce(price_fen, '0') as bigint) as price_fen,
        cast(payment_cny * 100 as bigint) as order_paid_fen

    from items

),

items_weighted as (

    select
        *,
        greatest(cast(round(price_fen * quantity, 0) as bigint), 0) as gross_fen

    from items_typed

),

items_allocated as (

    select
        *,
        {{ allocated_fen('order_paid_fen', 'gross_fen', 'native_order_id', 'line_no') }}
            as paid_fen

    from items_weighted

),

final as (

    select
        -- ids
        native_order_id,
        cast(line_no as string) as native_line_id,
        sku,

        -- numbers
        quantity,
        {{ fen_to_cny('gross_fen') }} as gross_cny,
        {{ fen_to_cny('paid_fen') }} as paid_cny

    from items_allocated

)

select * from final
