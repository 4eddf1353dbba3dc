{#
    Grain: one row per item of the newest version of an order.
    JD says what the order cost and which discounts belong to a sku, not what was paid per item: the
    payment without freight is spread over the items by their price less their own discounts, and
    adds up to the fen.
#}
with

orders as (

    select * from {{ ref('stg_jd__orders') }}

),

coupons as (

    select
        native_order_id,
        native_sku_id,
        sum(amount_cny) as amount_cny

    from {{ ref('stg_jd__order_coupons') }}

    where native_sku_id is not null

    group by native_order_id, native_sku_id

),

items as (

    {{ explode_json(
        'orders',
        ['native_order_id', 'payment_cny', 'post_fee_cny'],
        'order_lines_json',
        ['skuId', 'outerSkuId', 'jdPrice', 'itemTotal'],
    ) }}

),

items_typed as (

    select
        native_order_id,
        coalesce({{ clean_text('skuid') }}, 'item') as native_sku_id,
        coalesce({{ clean_text('outerskuid') }}, {{ clean_text('skuid') }}) as sku,
        cast(element_no as integer) as line_no,
        cast(coalesce(itemtotal, '1') as decimal(18, 3)) as quantity,
        cast(coalesce(jdprice, '0') as decimal(18, 2)) as price_cny,
        cast(coalesce(payment_cny, 0) - coalesce(post_fee_cny, 0) as decimal(18, 2))
            as goods_paid_cny,
        row_number() over (
            partition by native_order_id, coalesce({{ clean_text('skuid') }}, 'item')
            order by element_no
        ) as sku_line_no

    from items

),

items_weighted as (

    select
        items.*,
        cast(items.price_cny * items.quantity as decimal(18, 2)) as gross_cny,
        cast(items.goods_paid_cny * 100 as bigint) as goods_paid_fen,
        cast(greatest(
            cast(items.price_cny * items.quantity as decimal(18, 2))
            - case when items.sku_line_no = 1 then coalesce(coupons.amount_cny, 0) else 0 end,
            0
        ) * 100 as bigint) as weight_fen

    from items_typed as items
    left join coupons
        on items.native_order_id = coupons.native_order_id
        and items.native_sku_id = coupons.native_sku_id

),

items_allocated as (

    select
        *,
        {{ allocated_fen('goods_paid_fen', 'weight_fen', 'native_order_id', 'line_no') }}
            as paid_fen

    from items_weighted

),

final as (

    select
        -- ids
        native_order_id,
        native_sku_id || '-' || cast(sku_line_no as string) as native_line_id,
        sku,

        -- numbers
        line_no,
        quantity,
        price_cny,
        gross_cny,
        {{ fen_to_cny('paid_fen') }} as paid_cny

    from items_allocated

)

select * from final
