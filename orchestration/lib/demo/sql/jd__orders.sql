-- ndjson: JD order; times are text in the old API, epoch ms in the new one; names are native fields
select
    order_id as "orderId",
    coalesce(parent_id, '0') as "parentOrderId",
    '$JD_SHOP' as "venderId",
    '22' as "orderType",
    '4' as "payType",
    (gross_fen::decimal(18, 2) / 100)::decimal(18, 2)::varchar as "orderTotalPrice",
    ((gross_fen - discount_fen)::decimal(18, 2) / 100)::decimal(18, 2)::varchar as "orderSellerPrice",
    ((goods_fen + post_fen)::decimal(18, 2) / 100)::decimal(18, 2)::varchar as "orderPayment",
    (post_fen::decimal(18, 2) / 100)::decimal(18, 2)::varchar as "freightPrice",
    (discount_fen::decimal(18, 2) / 100)::decimal(18, 2)::varchar as "sellerDiscount",
    '0.00' as "balanceUsed",
    case when is_new then new_state else old_state end as "orderState",
    case when is_new then to_json(created_ms)
        else to_json(strftime(created::timestamp, '%Y-%m-%d %H:%M:%S')) end as "orderStartTime",
    case when is_new then to_json(coalesce(paid_ms, 0))
        else to_json(coalesce(
            strftime(paid::timestamp, '%Y-%m-%d %H:%M:%S'), '0001-01-01 00:00:00'
        )) end as "paymentConfirmTime",
    case when is_new then to_json(coalesce(ended_ms, 0))
        else to_json(coalesce(
            strftime(ended::timestamp, '%Y-%m-%d %H:%M:%S'), '1970-01-01 00:00:00'
        )) end as "orderEndTime",
    case when is_new then to_json(modified_ms)
        else to_json(strftime(modified::timestamp, '%Y-%m-%d %H:%M:%S')) end as modified,
    left(name, 1) || '***' as pin,
    xid as xid_buyer,
    open_id as open_id_buyer,
    {
        fullname: name,
        mobile: case
            when masked then receiver[1:3] || '****' || receiver[8:11]
            else receiver || '-' || order_id[17:19]
        end,
        "fullAddress": city || '市' || length(name) || '弄'
    } as "consigneeInfo",
    items as "itemInfoList",
    list_transform(coupons, lambda x: {
        "orderId": order_id, "skuId": x."skuId", "couponType": x."couponType",
        "couponPrice": x."couponPrice"
    }) as "couponDetailList"
from rows
