-- Grain: one line of a receipt (basket_id, product_id are unique in the package).
-- Money, per line, in cents:
--   gross_fen     shelf price       = sales_value + retail_disc + coupon_match_disc
--   discount_fen  given by retailer = retail_disc + coupon_match_disc
--   paid_fen      retailer revenue  = sales_value
-- 20 lines hold less than 1e-14 dollars, left over from somebody's float arithmetic: 0 cents.
-- Surprise: coupon_disc is no discount but a means of payment: the manufacturer pays it back. What
-- the customer paid in money is sales_value - coupon_disc; that coupon has a code on the line and
-- its amount in coupons.sql.

with

lines as (

    select
        *,
        row_number() over (partition by basket_id order by product_id) as line_no,
        transaction_timestamp at time zone 'UTC' at time zone getvariable('brand_timezone')
            as sold_at_local,
        cast(round(100 * sales_value) as bigint) as sales_fen,
        cast(round(100 * (retail_disc + coupon_match_disc)) as bigint) as discount_fen

    from transactions

)

select
    cast(date_trunc('month', sold_at_local) + interval 1 month as date) as delivered_date,
    cast(store_id as varchar) as store_id,
    '1' as terminal_id,
    cast(basket_id as varchar) as receipt_no,
    line_no,
    cast(sold_at_local as date) as business_date,
    sold_at_local as txn_time,
    cast(household_id as varchar) as member_card_no,
    cast(product_id as varchar) as sku,
    quantity,
    sales_fen + discount_fen as gross_fen,
    discount_fen,
    sales_fen as paid_fen,
    case when coupon_disc > 0 then concat_ws('-', 'manufacturer', basket_id, line_no) end
        as coupon_code,
    false as is_return

from lines

order by delivered_date, sold_at_local, basket_id, line_no
