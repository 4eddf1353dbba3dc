-- ndjson: full_order_info; phones are encrypted ($...$1$) or virtual, names are native fields
select {
    order_info: {
        tid: tid,
        status: status,
        created: strftime(created::timestamp, '%Y-%m-%d %H:%M:%S'),
        pay_time: strftime(pay_time::timestamp, '%Y-%m-%d %H:%M:%S'),
        update_time: strftime(update_time::timestamp, '%Y-%m-%d %H:%M:%S'),
        success_time: strftime(success_time::timestamp, '%Y-%m-%d %H:%M:%S'),
        pay_type: 10,
        "type": 0,
        refund_state: refund_state,
        refund_fee: (refund_fen::decimal(18, 2) / 100)::decimal(18, 2)::varchar,
        close_type: case when closed_unpaid then '1' when whole then '2' else '0' end,
        node_kdt_id: '$YOUZAN_SHOP',
        root_kdt_id: '$YOUZAN_SHOP',
        offline_id: null,
        is_retail_order: false
    },
    orders: list_transform(lines, lambda x: {
        oid: x.oid, item_id: x.sku, sku_id: x.sku, outer_item_id: x.sku, title: x.title, num: x.num,
        price: x.price, total_fee: x.total_fee, discount_price: x.discount_price, payment: x.payment
    }),
    pay_info: {
        total_fee: (gross_fen::decimal(18, 2) / 100)::decimal(18, 2)::varchar,
        payment: ((goods_fen + post_fen)::decimal(18, 2) / 100)::decimal(18, 2)::varchar,
        post_fee: (post_fen::decimal(18, 2) / 100)::decimal(18, 2)::varchar
    },
    buyer_info: {
        outer_user_id: openid,
        yz_open_id: yz_open_id,
        buyer_phone: '$' || to_base64(unhex(md5(phone))) || '$1$',
        fans_type: 1,
        fans_nickname: name
    },
    address_info: {
        receiver_name: name,
        receiver_tel: case
            when virtual then phone || '-' || tid[22:24]
            else '$' || to_base64(unhex(md5('r' || phone))) || '$1$'
        end,
        delivery_city: city,
        delivery_address: city || '市' || length(name) || '号楼'
    },
    source_info: {
        is_offline_order: false,
        source: {platform: 'wx', wx_entrance: 'direct_buy'},
        order_mark: 'wx_shop'
    }
} as full_order_info
from rows
