{#
    Grain: one row per after-sale that gave money back (aftersale_id).
    The message is pushed again when nobody answered it and pulled on top: the newest delivery wins.
#}
with

refunds as (

    select *

    from {{ source('douyin', 'refunds') }}

    {{ delivered() }}

),

newest_version as (

    select *

    from refunds

    qualify row_number() over (
        partition by aftersale_id
        order by success_time desc, dt desc, refund_amount desc, s_id desc nulls last, p_id desc
    ) = 1

),

final as (

    select
        -- ids
        aftersale_id as native_refund_id,
        p_id as native_order_id,
        {{ clean_text('s_id') }} as native_line_id,
        shop_id,

        -- numbers
        {{ fen_to_cny('refund_amount') }} as refund_cny,

        -- dates and times
        dt as delivered_date,
        {{ epoch_to_utc('success_time', 's') }} as refunded_at

    from newest_version

)

select * from final
