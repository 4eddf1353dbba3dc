{#
    Grain: one row per order (orderId): its newest version, parents of split orders included.
    Orders are pulled by change time in overlapping windows: the newest modified wins, then the
    newest delivery.
    Surprise: a pull names the fields it wants, so a field may be missing from a newer version
    although an older one had it. Missing is no value: the last one known stays.
#}
with

orders as (

    select *

    from {{ source('jd', 'orders') }}

    {{ delivered() }}

),

versions_numbered as (

    select
        *,
        row_number() over (
            partition by order_id
            order by
                modified, dt, order_state nulls first, payment_confirm_time nulls first,
                order_payment nulls first, order_end_time nulls first, items nulls first,
                coupons nulls first
        ) as version_no

    from orders

),

last_known as (

    select
        order_id,

        {% for column in [
            'shop_id', 'order_state', 'parent_order_id', 'order_type', 'pay_type', 'xid_buyer',
            'open_id_buyer', 'consignee_mobile', 'items', 'coupons', 'order_total_price',
            'order_seller_price', 'order_payment', 'freight_price', 'seller_discount',
            'balance_used', 'payment_confirm_time', 'order_end_time', 'order_start_time',
        ] %}
        max_by({{ column }}, version_no) filter (where {{ column }} is not null) as {{ column }},
        {% endfor %}
        max_by(modified, version_no) as modified,
        max_by(dt, version_no) as dt

    from versions_numbered

    group by order_id

),

states_named as (

    select
        *,
        case
            when upper(trim(order_state)) = 'NOT_PAY' then 'unpaid'
            when upper(trim(order_state)) in ('TRADE_CANCELED', 'CANCEL') then 'cancelled'
            when upper(trim(order_state)) in ('FINISHED_L', 'FINISH') then 'finished'
            when upper(trim(order_state)) in ('POP_ORDER_PAUSE', 'LOCKED', 'SUSPEND', 'LOCK')
                then 'paused'
            when upper(trim(order_state)) in (
                    'WAIT_SELLER_STOCK_OUT', 'WAIT_SELLER_DELIVERY', 'WAIT_GOODS_RECEIVE_CONFIRM',
                    'WAIT_SEND_CODE', 'WAIT_DELIVERY', 'WAIT_SHIPMENTS'
                ) then 'in_progress'
            else 'unknown'
        end as state_name

    from last_known

),

times_cleaned as (

    select
        *,
        {{ to_utc('order_start_time', 'Asia/Shanghai') }} as created_at,
        {{ to_utc(clean_timestamp('payment_confirm_time'), 'Asia/Shanghai') }} as confirmed_at,
        {{ to_utc(clean_timestamp('order_end_time'), 'Asia/Shanghai') }} as ended_at,
        {{ to_utc('modified', 'Asia/Shanghai') }} as modified_at

    from states_named

),

final as (

    select
        -- ids
        order_id as native_order_id,
        case when parent_order_id not in ('0', order_id) then parent_order_id end
            as native_parent_order_id,
        shop_id,
        xid_buyer as jd_xid_token,
        open_id_buyer as jd_open_id_token,
        consignee_mobile as receiver_phone_token,

        -- text
        upper(trim(order_state)) as status,
        state_name,
        order_type as order_type_code,
        pay_type as pay_type_code,
        items as order_lines_json,
        coupons as coupons_json,

        -- numbers
        order_total_price as total_cny,
        order_seller_price as seller_price_cny,
        order_payment as payment_cny,
        freight_price as post_fee_cny,
        seller_discount as seller_discount_cny,
        balance_used as balance_used_cny,

        -- dates and times
        dt as delivered_date,
        created_at,
        -- without a time of payment the status tells: whoever pays at the door has paid when the
        -- order is finished, elsewhere nothing is shipped before it is paid
        case
            when confirmed_at is not null then confirmed_at
            when pay_type = '1' and state_name = 'finished' then coalesce(ended_at, modified_at)
            when pay_type = '1' then null
            when state_name in ('in_progress', 'finished') then created_at
        end as paid_at,
        ended_at,
        modified_at

    from times_cleaned

)

select * from final
