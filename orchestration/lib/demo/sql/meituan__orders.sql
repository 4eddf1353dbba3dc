-- csv: one line per order, its items as JSON in the cell; the phone is masked or virtual
select
    order_id,
    store as store_id,
    user_token,
    case
        when virtual then phone || '-' || order_id[16:19]
        else phone[1:3] || '****' || phone[8:11]
    end as masked_phone,
    name as receiver_name,
    ordered_at,
    paid_fen,
    to_json(items)::varchar as items,
    status
from rows
