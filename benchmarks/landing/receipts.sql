-- pos.receipts: one row per line; a receipt has one to four lines, a member's card on 60 %,
-- a phone typed at the till on 5 %. One receipt in a thousand was exported twice.

with

receipts as (

    select
        range as receipt_row,
        person_of(range, 'buyer') as person,
        picked(range, 'store', 200) as store,
        getvariable('window_start') + picked(range, 'day', 30)::integer as business_date,
        picked(range, 'second', 43200) as second_of_day,
        1 + picked(range, 'lines', 4) as line_count

    from range(getvariable('first_row'), getvariable('first_row') + getvariable('row_count'))

),

lines as (

    select
        *,
        unnest(range(1, line_count + 1)) as line_no

    from receipts

),

priced as (

    select
        *,
        picked(receipt_row * 8 + line_no, 'product', 2000) as product,
        1 + picked(receipt_row * 8 + line_no, 'quantity', 3) as quantity,
        unnest(case when hash(receipt_row, 'twice') % 1000 = 0 then [1, 2] else [1] end) as copy_no

    from lines

),

discounted as (

    select
        *,
        price_of(product) * quantity as gross_fen,
        case when hash(receipt_row, 'discount') % 4 = 0 then price_of(product) * quantity // 10 else 0 end
            as discount_fen

    from priced

)

select
    'S' || lpad(store::varchar, 4, '0') as store_id,
    '1' as terminal_id,
    'R' || receipt_row as receipt_no,
    line_no,
    business_date,
    business_date::timestamp + interval 36000 second + to_seconds(second_of_day) as txn_time,
    case when is_member(person) and hash(receipt_row, 'card') % 10 < 9 then card_of(person) end
        as member_card_no,
    case when hash(receipt_row, 'typed') % 20 = 0 then phone_written(person, receipt_row) end
        as member_phone,
    'C' || picked(receipt_row, 'cashier', 900) as cashier_id,
    'P' || lpad(product::varchar, 5, '0') as sku,
    quantity,
    gross_fen,
    discount_fen,
    gross_fen - discount_fen as paid_fen,
    null as coupon_code,
    false as is_return,
    null as original_receipt_no

from discounted
