"""Lines that no loader may accept: per entity, the field to spoil and what stands there.

Belongs here: values that do not cast, required fields without value, ids that went through a
spreadsheet. NDJSON entities get one broken-off line on top.
"""

FLOAT_ID = "1.86e+18"

# entity -> (CSV column or /-separated JSON path, spoiled value)
SPOILED: dict[str, tuple[tuple[str, object], ...]] = {
    "pos.receipts": (
        ("quantity", "three"), ("sku", ""), ("receipt_no", FLOAT_ID), ("paid_fen", "12,9x"),
    ),
    "pos.stores": (("store_id", ""),),
    "crm.members": (("updated_at", "not yet"), ("member_id", "")),
    "crm.coupons": (("event_time", "2026-13-45 00:00:00"), ("coupon_code", "")),
    "crm.points": (("change", "plenty"), ("member_id", "")),
    "crm.identity_events": (("subject_type", "fax"), ("occurred_at", "soon"), ("subject_value", "")),
    "crm.consents": (("subject_type", "fax"), ("event_time", "soon"), ("purpose", "")),
    "crm.referrals": (("invited_at", "soon"), ("invitee_member_id", "")),
    "crm.erasure_requests": (("requested_at", "soon"), ("request_id", "")),
    "catalog.products": (("sku", ""),),
    "catalog.inventory": (("opening_units", "many"), ("sku", ""), ("date", "today")),
    "qr.scenes": (("scene", ""),),
    "tencent_ads.reports": (("cost", "n/a"), ("date", "yesterday")),
    "ocean_engine.reports": (("stat_cost", "--"), ("campaign_id", FLOAT_ID)),
    "kuaishou_ads.reports": (("charge", "--"), ("stat_date", "yesterday")),
    "baidu_ads.reports": (("cost", "n/a"), ("idea_id", "")),
    "wechat_oa.users": (("subscribe", "yes"),),
    "wechat_oa.events": (("CreateTime", "now"), ("FromUserName", None)),
    "wechat_oa.messages": (("sent_at", "now"), ("client_msg_id", None)),
    "miniprogram.logins": (("login_at", "soon"), ("openid", None)),
    "miniprogram.events": (("time", "late"), ("event", None), ("distinct_id", None)),
    "miniprogram.subscriptions": (("CreateTime", "now"), ("FromUserName", None)),
    "calls.outcomes": (("called_at", "soon"), ("duration_s", "long"), ("call_id", "")),
    "social.posts": (("impressions", "1.2w"), ("post_id", "")),
    "app.events": (("time", "late"), ("event", None)),
    "web.events": (("time", "late"), ("distinct_id", None)),
    "wecom.contacts": (("external_contact/external_userid", None),),
    "wecom.messages": (("status", "read"), ("external_userid", None)),
    "tmall.orders": (("tid", FLOAT_ID), ("modified", "0000"), ("status", None)),
    "tmall.refunds": (("refund_id", FLOAT_ID), ("refund_fee", "all")),
    "tmall.members": (("version", "v2"), ("ouid", None)),
    "youzan.orders": (
        ("full_order_info/order_info/created", "noon"), ("full_order_info/order_info/tid", None),
    ),
    "jd.orders": (("orderId", FLOAT_ID), ("modified", "soon"), ("orderPayment", "free")),
    "douyin.orders": (("order_id", FLOAT_ID), ("update_time", "soon"), ("pay_amount", "12.5")),
    "douyin.refunds": (("refund_amount", "all"), ("aftersale_id", None)),
    "meituan.orders": (("ordered_at", "noon"), ("order_id", FLOAT_ID), ("paid_fen", "")),
    "tencent_ads.clicks": (("click_time", "x"), ("click_id", None)),
    "ocean_engine.clicks": (("ts", "x"),),
    "sms.messages": (("send_time", "later"), ("out_id", None)),
    "sms.receipts": (("success", "perhaps"), ("report_time", None)),
}  # fmt: skip
