{#
    Grain: one row per order (tid), its newest version.
    Orders are pulled by update time in overlapping windows: the newest update_time wins, then
    the newest delivery.
#}
with

orders as (

    select *

    from {{ source('youzan', 'orders') }}

    {{ delivered() }}

),

newest_version as (

    select *

    from orders

    qualify row_number() over (
        partition by tid
        order by update_time desc, dt desc, status desc, refund_fee desc, payment desc
    ) = 1

),

final as (

    select
        -- ids
        tid as native_order_id,
        shop_id,
        {{ clean_text('offline_id') }} as store_id,
        yz_open_id as youzan_open_id_token,
        buyer_openid as wx_openid_token,
        buyer_phone as phone_token,

        -- text
        upper({{ clean_text('status') }}) as status,
        {{ clean_text('refund_state') }} as refund_state_code,
        {{ clean_text('close_type') }} as close_type,
        {{ clean_text('order_mark') }} as order_mark,
        orders as order_lines_json,

        -- numbers
        total_fee as total_cny,
        payment as payment_cny,
        post_fee as post_fee_cny,
        refund_fee as refund_cny,

        -- dates and times
        dt as delivered_date,
        {{ to_utc('created', 'Asia/Shanghai') }} as created_at,
        {{ to_utc(clean_timestamp('pay_time'), 'Asia/Shanghai') }} as paid_at,
        {{ to_utc(clean_timestamp('success_time'), 'Asia/Shanghai') }} as succeeded_at,
        {{ to_utc('update_time', 'Asia/Shanghai') }} as updated_at

    from newest_version

)

select * from final
