-- miniprogram.logins: one row per login; 60 % of the users granted their phone.

with

logins as (

    select
        range as row_no,
        person_of(range, 'user') as person,
        range - getvariable('first_row') as position

    from range(getvariable('first_row'), getvariable('first_row') + getvariable('row_count'))

)

select
    'wx2c8e4a6f0b7d9135' as appid,
    openid_of(person) as openid,
    unionid_of(person) as unionid,
    case when has(person, 'granted', 60) then phone_of(person) end as phone,
    epoch(getvariable('window_start')::timestamp)::bigint
        + position * 2592000 // getvariable('row_count') as login_at,
    '1011' as scene

from logins

where uses_miniprogram(person)
