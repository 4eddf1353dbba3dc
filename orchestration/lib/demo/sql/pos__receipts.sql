-- csv: one line per product; phone_style says how the cashier typed the number
select
    store as store_id,
    'T' || (terminal + 1) as terminal_id,
    lpad(number::varchar, 4, '0') as receipt_no,
    line_no,
    business_date,
    txn_time::timestamp as txn_time,
    card as member_card_no,
    coalesce(bad_phone, case phone_style
        when 1 then '+86 ' || phone
        when 2 then concat_ws('-', phone[1:3], phone[4:7], phone[8:11])
        when 3 then translate(phone, '0123456789', '０１２３４５６７８９')
        else phone
    end) as member_phone,
    person_name as member_name,
    store || '-C' || cashier as cashier_id,
    sku,
    quantity,
    gross_fen,
    discount_fen,
    paid_fen,
    coupon_code,
    is_return,
    case
        when original_terminal is not null then
            concat('T', original_terminal + 1, '/', original_date, '/', lpad(original_number::varchar, 4, '0'))
    end as original_receipt_no
from rows
