-- ndjson: shop order; the receiver is encrypted or virtual, money is fen, times are epoch seconds
select
    order_id,
    shop::bigint as shop_id,
    open_id,
    status as order_status,
    0 as order_type,
    2 as b_type,
    1 as pay_type,
    created_s as create_time,
    paid_s as pay_time,
    finished_s as finish_time,
    modified_s as update_time,
    gross_fen + post_fen as order_amount,
    goods_fen + post_fen as pay_amount,
    post_fen as post_amount,
    discount_fen as promotion_amount,
    discount_fen - discount_fen // 3 as promotion_shop_amount,
    discount_fen // 3 as promotion_platform_amount,
    0 as promotion_talent_amount,
    case
        when virtual then receiver || '-' || (1000 + length(name))
        else '##' || to_base64(unhex(md5('d' || receiver))) || '##1'
    end as post_tel,
    '##' || to_base64(unhex(md5('d' || receiver))) || '##1' as encrypt_post_tel,
    receiver[1:3] || '****' || receiver[8:11] as mask_post_tel,
    '##' || to_base64(unhex(md5(name))) || '##1' as encrypt_post_receiver,
    left(name, 1) || '*' as mask_post_receiver,
    {city: {name: city}, detail: name || '收'} as post_addr,
    list_transform(lines, lambda x: {
        order_id: x.order_id,
        parent_order_id: rows.order_id,
        product_id: x.sku_id,
        sku_id: x.sku_id,
        out_sku_id: x.out_sku_id,
        product_name: x.name,
        item_num: x.item_num,
        origin_amount: x.price_fen,
        sum_amount: x.gross_fen,
        order_amount: x.gross_fen,
        pay_amount: x.paid_fen,
        author_id: coalesce(x.author_id, '0'),
        room_id: '0',
        ad_env_type: case when x.author_id is not null then 'live' end,
        after_sale_info: {
            after_sale_status: x.after_sale_status,
            after_sale_type: 0,
            refund_status: x.refund_status
        }
    }) as sku_order_list
from rows
