{#
    Grain: one row per trade (tid), its newest version.
    Trades are pulled by change time in overlapping windows, so a trade arrives many times: the
    newest `modified` wins, then the newest delivery.
#}
with

orders as (

    select *

    from {{ source('tmall', 'orders') }}

    {{ delivered() }}

),

newest_version as (

    select *

    from orders

    qualify row_number() over (
        partition by tid
        order by modified desc, dt desc, status desc, pay_time desc, payment desc, end_time desc
    ) = 1

),

final as (

    select
        -- ids
        tid as native_order_id,
        shop_id,
        ouid as tmall_ouid_token,
        omid as tmall_omid_token,
        buyer_open_uid as tmall_open_uid_token,
        receiver_mobile as receiver_phone_token,

        -- text
        upper({{ clean_text('status') }}) as status,
        upper({{ clean_text('step_trade_status') }}) as step_trade_status,
        {{ clean_text('receiver_state') }} as receiver_province,
        {{ clean_text('receiver_city') }} as receiver_city,
        orders as order_lines_json,

        -- numbers
        payment as payment_cny,
        post_fee as post_fee_cny,
        discount_fee as trade_discount_cny,

        -- dates and times
        dt as delivered_date,
        {{ to_utc('created', 'Asia/Shanghai') }} as created_at,
        {{ to_utc(clean_timestamp('pay_time'), 'Asia/Shanghai') }} as paid_at,
        {{ to_utc(clean_timestamp('end_time'), 'Asia/Shanghai') }} as ended_at,
        {{ to_utc('modified', 'Asia/Shanghai') }} as modified_at

    from newest_version

)

select * from final
