-- ndjson: TOP trade; receiver and buyer fields beyond the contract are native ones
select
    tid,
    shop as shop_id,
    status,
    strftime(created::timestamp, '%Y-%m-%d %H:%M:%S') as created,
    strftime(pay_time::timestamp, '%Y-%m-%d %H:%M:%S') as pay_time,
    strftime(modified::timestamp, '%Y-%m-%d %H:%M:%S') as modified,
    strftime(end_time::timestamp, '%Y-%m-%d %H:%M:%S') as end_time,
    ((goods_fen + discount_fen)::decimal(18, 2) / 100)::decimal(18, 2)::varchar as total_fee,
    ((goods_fen + post_fen)::decimal(18, 2) / 100)::decimal(18, 2)::varchar as payment,
    (post_fen::decimal(18, 2) / 100)::decimal(18, 2)::varchar as post_fee,
    (discount_fen::decimal(18, 2) / 100)::decimal(18, 2)::varchar as discount_fee,
    step as step_trade_status,
    case when step = 'FRONT_PAID_FINAL_NOPAID' then '20.00' end as step_paid_fee,
    left(name, 1) || '**' as buyer_nick,
    email as buyer_email,
    ouid,
    omid,
    open_uid as buyer_open_uid,
    md5(tid || 'addressee') as oaid,
    name as receiver_name,
    case
        when masked then receiver[1:3] || '****' || receiver[8:11]
        else receiver || '-' || (tid[17:19])
    end as receiver_mobile,
    city || '市' || length(email) || '弄' as receiver_address,
    state as receiver_state,
    city as receiver_city,
    lines as orders
from rows
