{#
    Grain: one row per receipt; feed `sales_orders` of channel pos.
    The sale lines of a receipt are one order. A receipt that only takes goods back is no order:
    it is kept with the reason return_only, its lines are refunds.
#}
with

receipts as (

    select * from {{ ref('stg_pos__receipts') }}

),

stores as (

    select * from {{ ref('stg_pos__stores') }}

),

lines_grouped_by_receipt as (

    select
        native_order_id,
        min(store_id) as store_id,
        max(card_no_token) as card_no_token,
        max(phone_token) as phone_token,
        sum(case when is_return then 0 else paid_cny end) as paid_cny,
        bool_or(not is_return) as has_sale_line,
        min(business_date) as business_date,
        min(sold_at) as sold_at

    from receipts

    group by native_order_id

),

final as (

    select
        -- ids
        receipts.native_order_id,
        cast(null as string) as shop_id,
        receipts.store_id,
        receipts.card_no_token as identifier_token_1,
        cast(null as string) as identifier_token_2,
        cast(null as string) as identifier_token_3,
        receipts.phone_token as unverified_token,

        -- text
        stores.brand,
        'receipt' as channel_status,
        case when not receipts.has_sale_line then 'return_only' end as exclusion_reason,

        -- numbers
        cast(receipts.paid_cny as decimal(18, 2)) as paid_cny,
        cast(0 as decimal(18, 2)) as post_fee_cny,

        -- dates and times
        receipts.business_date,
        receipts.sold_at as ordered_at,
        receipts.sold_at as paid_at

    from lines_grouped_by_receipt as receipts
    left join stores
        on receipts.store_id = stores.store_id

)

select * from final
