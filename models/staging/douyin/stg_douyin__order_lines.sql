{#
    Grain: one row per sub-order (sku_order_list) of the newest version of a shop order.
    pay_amount is the sub-order's part of the payment; the parts are fitted to the shop order's
    payment without freight, so that they add up to the fen.
    Surprise: after_sale_status 28 with refund_status 1 is an after-sale the buyer took back.
#}
with

orders as (

    select * from {{ ref('stg_douyin__orders') }}

),

sub_orders as (

    {{ explode_json(
        'orders',
        ['native_order_id', 'payment_cny', 'post_fee_cny', 'updated_at'],
        'order_lines_json',
        [
            'order_id', 'sku_id', 'out_sku_id', 'code', 'item_num', 'origin_amount', 'sum_amount',
            'order_amount', 'pay_amount', 'author_id', 'room_id', 'video_id', 'cid',
            'ad_env_type', 'after_sale_info',
        ],
    ) }}

),

sub_orders_typed as (

    select
        native_order_id,
        coalesce({{ clean_text('order_id') }}, native_order_id || '-' || cast(element_no as string))
            as native_line_id,
        -- the shop's own code of the product where it keeps one
        coalesce(
            nullif({{ clean_text('out_sku_id') }}, '0'), {{ clean_text('code') }},
            {{ clean_text('sku_id') }}
        ) as sku,
        nullif({{ clean_text('author_id') }}, '0') as author_id,
        nullif({{ clean_text('room_id') }}, '0') as room_id,
        nullif({{ clean_text('video_id') }}, '0') as video_id,
        nullif({{ clean_text('cid') }}, '0') as creative_id,
        {{ clean_text('ad_env_type') }} as ad_env_type,
        {{ json_text('after_sale_info', '$.after_sale_status') }} as after_sale_status_code,
        {{ json_text('after_sale_info', '$.refund_status') }} as refund_status_code,
        cast(element_no as integer) as line_no,
        cast(coalesce(item_num, '1') as decimal(18, 3)) as quantity,
        cast(origin_amount as bigint) as price_fen,
        cast(coalesce(sum_amount, order_amount, pay_amount, '0') as bigint) as gross_fen,
        greatest(cast(coalesce(pay_amount, order_amount, sum_amount, '0') as bigint), 0)
            as weight_fen,
        cast((coalesce(payment_cny, 0) - coalesce(post_fee_cny, 0)) * 100 as bigint)
            as goods_paid_fen,
        updated_at

    from sub_orders

),

sub_orders_allocated as (

    select
        *,
        {{ allocated_fen('goods_paid_fen', 'weight_fen', 'native_order_id', 'line_no') }}
            as paid_fen

    from sub_orders_typed

),

final as (

    select
        -- ids
        native_order_id,
        native_line_id,
        sku,
        author_id,
        room_id,
        video_id,
        creative_id,

        -- text
        ad_env_type,
        after_sale_status_code,
        refund_status_code,
        case
            when coalesce(after_sale_status_code, '0') = '0' then null
            when after_sale_status_code = '28' and refund_status_code = '1' then 'cancelled'
            else 'open'
        end as after_sale_state,

        -- numbers
        line_no,
        quantity,
        {{ fen_to_cny('price_fen') }} as price_cny,
        {{ fen_to_cny('gross_fen') }} as gross_cny,
        {{ fen_to_cny('paid_fen') }} as paid_cny,

        -- dates and times
        updated_at

    from sub_orders_allocated

)

select * from final
