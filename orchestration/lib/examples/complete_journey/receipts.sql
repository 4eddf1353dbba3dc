-- Grain: one line of a receipt (basket_id, product_id are unique in the package).
-- Money, per line, in cents:
--   gross_fen       shelf price       = sales_value + retail_disc + coupon_match_disc
--   paid_fen        paid by customer  = sales_value - coupon_disc
--   discount_fen    gross - paid      = retail_disc + coupon_match_disc + coupon_disc
--   reimbursed_fen  coupon_disc: manufacturers pay it back, so revenue = paid + reimbursed = sales_value
-- Surprise: paid is negative on 3,507 lines that are no returns, where a coupon was worth more
-- than the product.

with

lines as (

    select
        *,
        transaction_timestamp at time zone 'UTC' at time zone getvariable('brand_timezone')
            as sold_at_local,
        cast(round(100 * sales_value) as bigint) as sales_fen,
        cast(round(100 * retail_disc) as bigint) as retail_discount_fen,
        cast(round(100 * coupon_disc) as bigint) as coupon_fen,
        cast(round(100 * coupon_match_disc) as bigint) as coupon_match_fen

    from transactions

)

select
    cast(date_trunc('month', sold_at_local) + interval 1 month as date) as delivered_date,
    cast(store_id as varchar) as store_id,
    '1' as terminal_id,
    cast(basket_id as varchar) as receipt_no,
    row_number() over (partition by basket_id order by product_id) as line_no,
    cast(sold_at_local as date) as business_date,
    sold_at_local as txn_time,
    cast(household_id as varchar) as member_card_no,
    cast(product_id as varchar) as sku,
    quantity,
    sales_fen + retail_discount_fen + coupon_match_fen as gross_fen,
    retail_discount_fen + coupon_match_fen + coupon_fen as discount_fen,
    sales_fen - coupon_fen as paid_fen,
    coupon_fen as reimbursed_fen,
    false as is_return

from lines

order by delivered_date, sold_at_local, basket_id, line_no
