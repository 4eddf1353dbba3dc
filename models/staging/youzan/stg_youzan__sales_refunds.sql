{#
    Grain: one row per order that gave money back; feed `sales_refunds` of channel youzan.
    Youzan tells the sum refunded so far on the order, not single refunds, so there is one refund
    per order, dated at the order's last change. A full refund (refund_state 12) without a sum is
    the whole payment; a partial one without a sum stays pending, because its amount is unknown.
#}
with

orders as (

    select * from {{ ref('stg_youzan__orders') }}

    where paid_at is not null

),

amounts_decided as (

    select
        *,
        case
            when refund_cny > 0 then refund_cny
            when refund_state_code = '12' then payment_cny
        end as refunded_cny

    from orders

    where refund_cny > 0
        or refund_state_code in ('1', '2', '12')

),

final as (

    select
        -- ids
        native_order_id as native_refund_id,
        native_order_id,
        cast(null as string) as native_line_id,
        store_id,
        cast(null as string) as sku,
        youzan_open_id_token as identifier_token_1,
        wx_openid_token as identifier_token_2,
        cast(null as string) as identifier_token_3,
        phone_token as unverified_token,

        -- text
        refund_state_code as channel_status,
        case when refunded_cny is null then 'pending' else 'succeeded' end as refund_state,
        cast(null as string) as unmatched_reason,

        -- numbers
        cast(null as decimal(18, 3)) as returned_quantity,
        coalesce(refunded_cny, 0) as requested_cny,

        -- dates and times
        cast(null as date) as business_date,
        updated_at as requested_at,
        case when refunded_cny is not null then updated_at end as refunded_at

    from amounts_decided

)

select * from final
