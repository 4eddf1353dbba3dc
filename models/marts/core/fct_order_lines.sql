{#
    Grain: one row per line of an order of fct_orders (order_line_id).
    Unions the feed `stg_<channel>__sales_lines` of every channel whose line in var channel_map
    names it. Lines of trades that are no orders (unpaid, cancelled) are left out with them.
    Surprise: quantity 0, paid 0 and very large quantities are real (gifts, fuel by volume).
#}
with

feeds_unioned as (

    {% for channel in channels_with_feed('sales_lines') %}
    select
        '{{ channel }}:' || native_order_id as order_id,
        cast(native_line_id as string) as native_line_id,
        cast(sku as string) as sku,
        cast(coupon_code as string) as coupon_code,
        cast(quantity as decimal(18, 3)) as quantity,
        cast(gross_cny as decimal(18, 2)) as gross_cny,
        cast(paid_cny as decimal(18, 2)) as paid_cny

    from {{ ref('stg_' ~ channel ~ '__sales_lines') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

orders as (

    select
        order_id,
        channel,
        sales_channel,
        store_id,
        business_date,
        paid_at

    from {{ ref('int_sales__orders_unioned') }}

    where exclusion_reason is null

),

final as (

    select
        -- ids
        cast(lines.order_id || '/' || lines.native_line_id as string) as order_line_id,
        cast(lines.order_id as string) as order_id,
        cast(orders.store_id as string) as store_id,
        cast(lines.sku as string) as sku,
        cast(lines.coupon_code as string) as coupon_code,

        -- text
        cast(orders.channel as string) as channel,
        cast(orders.sales_channel as string) as sales_channel,

        -- numbers
        cast(lines.quantity as decimal(18, 3)) as quantity,
        cast(lines.gross_cny as decimal(18, 2)) as gross_cny,
        cast(lines.gross_cny - lines.paid_cny as decimal(18, 2)) as discount_cny,
        cast(lines.paid_cny as decimal(18, 2)) as paid_cny,

        -- dates and times
        cast(orders.business_date as date) as business_date,
        cast(orders.paid_at as timestamp) as paid_at

    from feeds_unioned as lines
    inner join orders
        on lines.order_id = orders.order_id

)

select * from final
