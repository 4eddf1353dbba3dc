-- crm.members: the members whose number falls into this delivery, with phone, card and unionid.

select
    member_id_of(range) as member_id,
    phone_written(range, range) as phone,
    card_of(range) as card_no,
    case when uses_miniprogram(range) then unionid_of(range) end as wx_unionid,
    getvariable('window_start')::timestamp + to_seconds(picked(range, 'joined', 2592000)) as register_time,
    'store' as register_channel,
    'S' || lpad(picked(range, 'store', 200)::varchar, 4, '0') as register_store,
    'L' || 1 + range % 4 as level,
    'active' as status,
    date '1970-01-01' + picked(range, 'birthday', 12000)::integer as birthday,
    case range % 2 when 0 then 'F' else 'M' end as gender,
    '上海' as city,
    'main' as brand,
    getvariable('window_start')::timestamp + to_seconds(picked(range, 'joined', 2592000)) as updated_at

from range(1, getvariable('people') + 1)

where is_member(range)
    and range % getvariable('deliveries') = getvariable('delivery_no')
