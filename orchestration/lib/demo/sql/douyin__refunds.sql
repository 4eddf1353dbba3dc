-- ndjson: RefundSuccess message
select
    aftersale_id,
    shop::bigint as shop_id,
    order_id as p_id,
    sub_order_id as s_id,
    refund_fen as refund_amount,
    refunded_s as success_time
from rows
