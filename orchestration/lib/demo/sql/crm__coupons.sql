-- csv: one line per event of a coupon
select
    coupon_code, template_id, member_id, wx_openid, holder_name, event,
    event_time::timestamp as event_time, channel, order_id, store_id, amount_fen, discount_pct,
    expire_at::timestamp as expire_at, campaign_id
from rows
