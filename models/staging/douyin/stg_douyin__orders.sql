{#
    Grain: one row per shop order (order_id), its newest version.
    Orders are pulled by update time in overlapping windows and pushed: the newest update_time wins,
    then the newest delivery. 0 is no time.
#}
with

orders as (

    select *

    from {{ source('douyin', 'orders') }}

    {{ delivered() }}

),

newest_version as (

    select *

    from orders

    qualify row_number() over (
        partition by order_id
        order by
            update_time desc, dt desc, order_status desc, pay_time desc nulls last,
            pay_amount desc nulls last, sku_orders desc
    ) = 1

),

times_cleaned as (

    select
        *,
        {{ epoch_to_utc('create_time', 's') }} as created_at,
        {{ epoch_to_utc('nullif(pay_time, 0)', 's') }} as confirmed_at,
        {{ epoch_to_utc('nullif(finish_time, 0)', 's') }} as finished_at,
        {{ epoch_to_utc('update_time', 's') }} as updated_at

    from newest_version

),

final as (

    select
        -- ids
        order_id as native_order_id,
        shop_id,
        open_id as dd_open_id_token,
        doudian_open_id as doudian_open_id_token,

        -- text
        order_status as status_code,
        case order_status
            when '1' then 'unpaid'
            when '105' then 'paid'
            when '2' then 'packing'
            when '101' then 'partly_shipped'
            when '3' then 'shipped'
            when '4' then 'cancelled'
            when '5' then 'finished'
            else 'unknown'
        end as status,
        pay_type as pay_type_code,
        order_type as order_type_code,
        b_type as app_code,
        post_tel_status as receiver_phone_status,
        sku_orders as order_lines_json,

        -- numbers
        {{ fen_to_cny('order_amount') }} as total_cny,
        {{ fen_to_cny('pay_amount') }} as payment_cny,
        {{ fen_to_cny('post_amount') }} as post_fee_cny,
        {{ fen_to_cny('promotion_amount') }} as discount_cny,
        {{ fen_to_cny('promotion_shop_amount') }} as shop_discount_cny,
        {{ fen_to_cny('promotion_platform_amount') }} as platform_discount_cny,
        {{ fen_to_cny('promotion_talent_amount') }} as talent_discount_cny,

        -- dates and times
        dt as delivered_date,
        created_at,
        -- an order with nothing to pay has no time of payment, nor has one paid at the door
        case
            when confirmed_at is not null then confirmed_at
            when pay_type = '7' and order_status in ('105', '2', '101', '3', '5') then created_at
            when pay_type = '0' and order_status = '5' then coalesce(finished_at, updated_at)
        end as paid_at,
        finished_at,
        updated_at

    from times_cleaned

)

select * from final
