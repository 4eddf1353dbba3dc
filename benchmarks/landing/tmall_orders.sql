-- tmall.orders: finished trades with one to three sub-orders; the phone is masked.

with

trades as (

    select
        range as row_no,
        person_of(range, 'tmall') as person,
        getvariable('window_start')::timestamp + to_seconds(picked(range, 'second', 2592000)) as created,
        range(1, 2 + picked(range, 'lines', 3)) as line_numbers

    from range(getvariable('first_row'), getvariable('first_row') + getvariable('row_count'))

),

priced as (

    select
        *,
        list_transform(
            line_numbers,
            lambda line_no: {
                'oid': (2000000000000000000 + row_no * 8 + line_no)::varchar,
                'outer_sku_id': 'P' || lpad(picked(row_no * 8 + line_no, 'product', 2000)::varchar, 5, '0'),
                'num': 1,
                'price': (price_of(picked(row_no * 8 + line_no, 'product', 2000)) / 100)::decimal(18, 2)::varchar,
                'divide_order_fee': (price_of(picked(row_no * 8 + line_no, 'product', 2000)) / 100)::decimal(18, 2)::varchar,
                'refund_status': 'NO_REFUND'
            }
        ) as orders

    from trades

    where buys_on_tmall(person)

)

select
    (2000000000000000000 + row_no * 8)::varchar as tid,
    'shop1' as shop_id,
    'TRADE_FINISHED' as status,
    created,
    created + interval 60 second as pay_time,
    created + interval 864000 second as modified,
    (list_sum(list_transform(orders, lambda line: line.price::decimal(18, 2))))::decimal(18, 2)::varchar as payment,
    '0.00' as post_fee,
    '0.00' as discount_fee,
    ouid_of(person) as ouid,
    left(phone_of(person), 3) || '****' || right(phone_of(person), 4) as receiver_mobile,
    '上海' as receiver_state,
    '上海市' as receiver_city,
    orders

from priced
