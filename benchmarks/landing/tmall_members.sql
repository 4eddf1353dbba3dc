-- tmall.members: half of the Tmall buyers joined the shop's programme with their phone.

select
    'shop1' as shop_id,
    ouid_of(range) as ouid,
    phone_of(range) as mobile,
    case when is_member(range) then member_id_of(range) end as outer_member_id,
    '1' as level,
    epoch_ms(getvariable('window_start')::timestamp) + picked(range, 'bound', 2592000000) as bind_time,
    1 as version

from range(1, getvariable('people') + 1)

where buys_on_tmall(range)
    and has(range, 'tmall_member', 50)
    and range % getvariable('deliveries') = getvariable('delivery_no')
