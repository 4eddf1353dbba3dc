{#
    Grain: one row per paid order of a known person up to the as-of day.
    Numbers each person's orders and marks those that end a pause, so that stages and their
    first days follow from dates alone.
    Surprise: an order refunded in full stays a purchase but is not kept, and only kept orders
    have a kept_order_number; guest orders and unresolved orders are no one's and drop out here.
#}
{%- set days = lifecycle_days() %}

with

orders as (

    select * from {{ ref('fct_orders') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

purchases as (

    select
        orders.order_id,
        orders.one_id,
        orders.channel,
        orders.sales_channel,
        orders.store_id,
        orders.gross_cny,
        orders.discount_cny,
        orders.paid_cny,
        orders.refunded_cny,
        orders.net_revenue_cny,
        orders.net_revenue_cny > 0 as is_kept,
        {{ brand_date('orders.paid_at') }} as paid_date,
        orders.paid_at,
        as_of.as_of_date

    from orders
    cross join as_of

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
        lag(paid_date) over (partition by one_id order by paid_at, order_id) as previous_paid_date

    from purchases

),

final as (

    select
        order_id,
        one_id,
        channel,
        sales_channel,
        store_id,
        gross_cny,
        discount_cny,
        paid_cny,
        refunded_cny,
        net_revenue_cny,
        order_number,
        cast(kept_order_number as bigint) as kept_order_number,
        is_kept,
        -- Active through day active_days; the day after next is the first that a pause can end on.
        coalesce(
            {{ days_between('previous_paid_date', 'paid_date') }} > {{ days.active }} + 1, true
        ) as is_reactivation,
        paid_date,
        previous_paid_date,
        as_of_date,
        paid_at

    from sequenced

)

select * from final
