{#
    Grain: one row per store that the master has, or that sold or stocked something (store_id).
    Trade over all history and stock of the last report.
    Surprise: takeaway of the store is its trade too; a return without a receipt lowers no order and
    stands beside net revenue as unmatched_refund_cny.
#}
with

trade as (

    select * from {{ ref('int_goods__stores_traded') }}

),

stores as (

    select * from {{ ref('dim_stores') }}

),

refunds as (

    select * from {{ ref('fct_refunds') }}

),

stock as (

    select * from {{ ref('int_goods__stock_latest') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

unmatched as (

    select
        store_id,
        sum(refunded_cny) as unmatched_refund_cny

    from refunds

    where order_id is null
        and store_id is not null

    group by store_id

),

stock_grouped as (

    select
        store_id,
        count(*) as stocked_sku_count,
        count(*) filter (where is_stocked_out) as stocked_out_sku_count,
        sum(closing_units) as closing_units,
        sum(stock_value_cny) as stock_value_cny,
        max(stock_date) as stock_date

    from stock

    group by store_id

),

store_ids as (

    select store_id from stores
    union
    select store_id from trade
    union
    select store_id from stock_grouped

),

final as (

    select
        cast(store_ids.store_id as string) as store_id,
        cast(stores.store_name as string) as store_name,
        cast(stores.city as string) as city,
        cast(stores.province as string) as province,
        cast(stores.brand as string) as brand,
        cast(stores.opened_date as date) as opened_date,

        -- trade
        cast(coalesce(trade.order_count, 0) as bigint) as order_count,
        cast(coalesce(trade.kept_order_count, 0) as bigint) as kept_order_count,
        cast(coalesce(trade.takeaway_order_count, 0) as bigint) as takeaway_order_count,
        cast(coalesce(trade.unit_count, 0) as decimal(18, 3)) as unit_count,
        cast(coalesce(trade.gross_cny, 0) as decimal(18, 2)) as gross_cny,
        cast(coalesce(trade.discount_cny, 0) as decimal(18, 2)) as discount_cny,
        cast(coalesce(trade.paid_cny, 0) as decimal(18, 2)) as paid_cny,
        cast(coalesce(trade.refunded_cny, 0) as decimal(18, 2)) as refunded_cny,
        cast(coalesce(trade.net_revenue_cny, 0) as decimal(18, 2)) as net_revenue_cny,
        cast(coalesce(unmatched.unmatched_refund_cny, 0) as decimal(18, 2))
            as unmatched_refund_cny,
        {{ fen_to_cny(rounded_quotient(
            fen_of('trade.net_revenue_cny'), 'trade.kept_order_count'
        )) }} as average_order_value_cny,
        {{ share_pct(fen_of('trade.discount_cny'), fen_of('trade.gross_cny')) }} as discount_pct,
        {{ share_pct('trade.coupon_order_count', 'trade.order_count') }} as coupon_orders_pct,
        cast(coalesce(trade.trading_days, 0) as bigint) as trading_days,
        cast(trade.top_hour as integer) as top_hour,
        cast(trade.top_weekday as integer) as top_weekday,
        cast(trade.first_order_date as date) as first_order_date,
        cast(trade.last_order_date as date) as last_order_date,

        -- people
        cast(coalesce(trade.buyer_count, 0) as bigint) as buyer_count,
        cast(coalesce(trade.new_buyer_count, 0) as bigint) as new_buyer_count,
        cast(coalesce(trade.member_buyer_count, 0) as bigint) as member_buyer_count,
        cast(coalesce(trade.identified_order_count, 0) as bigint) as identified_order_count,
        {{ share_pct('trade.identified_order_count', 'trade.order_count') }}
            as identified_orders_pct,
        {{ share_pct('trade.member_order_count', 'trade.order_count') }} as member_orders_pct,

        -- stock
        cast(coalesce(stock.stocked_sku_count, 0) as bigint) as stocked_sku_count,
        cast(coalesce(stock.stocked_out_sku_count, 0) as bigint) as stocked_out_sku_count,
        cast(stock.closing_units as decimal(18, 3)) as closing_units,
        cast(stock.stock_value_cny as decimal(18, 2)) as stock_value_cny,
        cast(stock.stock_date as date) as stock_date,
        cast(as_of.as_of_date as date) as as_of_date

    from store_ids
    cross join as_of
    left join stores
        on store_ids.store_id = stores.store_id
    left join trade
        on store_ids.store_id = trade.store_id
    left join unmatched
        on store_ids.store_id = unmatched.store_id
    left join stock_grouped as stock
        on store_ids.store_id = stock.store_id

)

select * from final
