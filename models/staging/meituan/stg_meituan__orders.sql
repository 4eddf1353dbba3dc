{#
    Grain: one row per order (order_id), as in the newest delivery that names it.
    The export has no time of change: a status is dated by the delivery that first brought it.
#}
with

orders as (

    select
        *,
        lower({{ clean_text('status') }}) as status_name

    from {{ source('meituan', 'orders') }}

    {{ delivered() }}

),

newest_delivered as (

    select *

    from orders

    -- within a delivery the later status survives: an order never comes back from a refund
    qualify row_number() over (
        partition by order_id
        order by
            dt desc,
            case status_name
                when 'refunded' then 5
                when 'cancelled' then 4
                when 'completed' then 3
                when 'paid' then 2
                else 1
            end desc,
            paid_fen desc, ordered_at desc, items desc nulls last, status_name desc
    ) = 1

),

statuses_dated as (

    select
        order_id,
        status_name,
        min(dt) as since_date

    from orders

    group by order_id, status_name

),

final as (

    select
        -- ids
        orders.order_id as native_order_id,
        orders.store_id,
        orders.user_token as meituan_user_token,

        -- text
        orders.status_name as status,
        orders.masked_phone_status as receiver_phone_status,
        orders.items as order_lines_json,

        -- numbers
        {{ fen_to_cny('orders.paid_fen') }} as payment_cny,

        -- dates and times
        orders.dt as delivered_date,
        statuses.since_date as status_since_date,
        {{ to_utc('orders.ordered_at', 'Asia/Shanghai') }} as ordered_at

    from newest_delivered as orders
    inner join statuses_dated as statuses
        on orders.order_id = statuses.order_id
        and orders.status_name is not distinct from statuses.status_name

)

select * from final
