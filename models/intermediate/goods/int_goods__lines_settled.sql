{#
    Grain: one row per line of fct_order_lines (order_line_id).
    What a line sold, and what of it was given back: a refund that names its line lowers that line,
    any other refund of the order is shared by its lines and its freight by what was paid for each.
    So net revenue of an order is that of its lines and of its freight, to the fen.
#}
with

lines as (

    select * from {{ ref('fct_order_lines') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

refunds_of_orders as (

    select
        refunds.order_id,
        lines.order_line_id,
        {{ fen_of('refunds.refunded_cny') }} as refunded_fen

    from {{ ref('fct_refunds') }} as refunds
    left join lines
        on refunds.order_line_id = lines.order_line_id

    where refunds.order_id is not null
        and refunds.refunded_cny > 0

),

refunds_of_lines as (

    select
        order_line_id,
        sum(refunded_fen) as refunded_fen

    from refunds_of_orders

    where order_line_id is not null

    group by order_line_id

),

refunds_without_line as (

    select
        order_id,
        cast(sum(refunded_fen) as bigint) as refunded_fen

    from refunds_of_orders

    where order_line_id is null

    group by order_id

),

parts_of_orders as (

    select
        lines.order_id,
        lines.order_line_id,
        {{ fen_of('greatest(lines.paid_cny, 0)') }} as weight_fen,
        0 as is_freight,
        refunds.refunded_fen as amount_fen

    from lines
    inner join refunds_without_line as refunds
        on lines.order_id = refunds.order_id

    union all

    select
        orders.order_id,
        cast(null as string) as order_line_id,
        {{ fen_of('greatest(orders.post_fee_cny, 0)') }} as weight_fen,
        1 as is_freight,
        refunds.refunded_fen as amount_fen

    from orders
    inner join refunds_without_line as refunds
        on orders.order_id = refunds.order_id

),

refunds_shared as (

    select
        order_line_id,
        {{ allocated_fen('amount_fen', 'weight_fen', 'order_id', 'is_freight, order_line_id') }}
            as refunded_fen

    from parts_of_orders

),

lines_refunded as (

    select
        lines.*,
        {{ fen_to_cny(
            'coalesce(named.refunded_fen, 0) + coalesce(shared.refunded_fen, 0)'
        ) }} as refunded_cny

    from lines
    left join refunds_of_lines as named
        on lines.order_line_id = named.order_line_id
    left join refunds_shared as shared
        on lines.order_line_id = shared.order_line_id

),

final as (

    select
        lines.order_line_id,
        lines.order_id,
        orders.one_id,
        lines.store_id,
        lines.sku,
        lines.channel,
        lines.sales_channel,
        orders.brand,
        lines.quantity,
        lines.gross_cny,
        lines.discount_cny,
        lines.paid_cny,
        lines.refunded_cny,
        cast(lines.paid_cny - lines.refunded_cny as decimal(18, 2)) as net_revenue_cny,
        lines.business_date,
        lines.paid_at

    from lines_refunded as lines
    inner join orders
        on lines.order_id = orders.order_id

)

select * from final
