{#
    Grain: one row per paid order of a known person up to the as-of day.
    Numbers each person's orders and dates when one stopped being kept, so that stages of any day
    follow from dates alone.
    brand_scope names the lifecycle in which the order's brand sees the person: one of its own (the
    brand) for who bought from several brands, else the group's (''), which is the same.
    Surprise: an order refunded in full stays a purchase but is not kept, and only kept orders
    have a kept_order_number; guest orders and unresolved orders are no one's and drop out here.
#}

with

orders as (

    select * from {{ ref('fct_orders') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

refunds as (

    select * from {{ ref('fct_refunds') }}

),

refunds_summed as (

    select
        refunds.order_id,
        orders.paid_cny,
        sum(refunds.refunded_cny) over (
            partition by refunds.order_id
            order by refunds.refunded_at, refunds.refund_id
            rows between unbounded preceding and current row
        ) as refunded_cny,
        {{ brand_date('greatest(refunds.refunded_at, orders.paid_at)') }} as refunded_date

    from refunds
    inner join orders
        on refunds.order_id = orders.order_id

    where refunds.refunded_cny > 0

),

orders_sent_back as (

    select
        order_id,
        min(refunded_date) as unkept_date

    from refunds_summed

    where refunded_cny >= paid_cny

    group by order_id

),

purchases as (

    select
        orders.order_id,
        orders.one_id,
        orders.channel,
        orders.sales_channel,
        orders.brand,
        orders.store_id,
        orders.gross_cny,
        orders.discount_cny,
        orders.paid_cny,
        orders.refunded_cny,
        orders.net_revenue_cny,
        orders.net_revenue_cny > 0 as is_kept,
        {{ brand_date('orders.paid_at') }} as paid_date,
        case
            when orders.paid_cny <= 0 then {{ brand_date('orders.paid_at') }}
            else orders_sent_back.unkept_date
        end as unkept_date,
        orders.paid_at,
        as_of.as_of_date

    from orders
    cross join as_of
    left join orders_sent_back
        on orders.order_id = orders_sent_back.order_id

    where orders.one_id is not null
        and orders.paid_at < as_of.as_of_end_at

),

sequenced as (

    select
        *,
        case
            when is_kept then sum(case when is_kept then 1 else 0 end) over (
                partition by one_id
                order by paid_at, order_id
                rows between unbounded preceding and current row
            )
        end as kept_order_number,
        row_number() over (partition by one_id order by paid_at, order_id) as order_number,
        case
            when min(brand) over (partition by one_id) < max(brand) over (partition by one_id)
                then brand
            else ''
        end as brand_scope

    from purchases

),

final as (

    select
        order_id,
        one_id,
        channel,
        sales_channel,
        brand,
        brand_scope,
        store_id,
        gross_cny,
        discount_cny,
        paid_cny,
        refunded_cny,
        net_revenue_cny,
        order_number,
        cast(kept_order_number as bigint) as kept_order_number,
        is_kept,
        paid_date,
        unkept_date,
        as_of_date,
        paid_at

    from sequenced

)

select * from final
