-- miniprogram.events in the Sensors shape: visits of eight events, a few seconds apart. The first
-- event of a visit happens before anybody logged in.

with

events as (

    select
        range as row_no,
        person_of(range // 8, 'visitor') as person,
        range - getvariable('first_row') as position,
        range % 8 = 0 as is_anonymous

    from range(getvariable('first_row'), getvariable('first_row') + getvariable('row_count'))

)

select
    'track' as type,
    epoch_ms(getvariable('window_start')::timestamp)
        + position * 2592000000 // getvariable('row_count') as time,
    case when is_anonymous then anonymous_of(person) else openid_of(person) end as distinct_id,
    anonymous_of(person) as anonymous_id,
    case
        when is_anonymous then {'$identity_cookie_id': anonymous_of(person), '$identity_mp_id': null}
        else {'$identity_cookie_id': anonymous_of(person), '$identity_mp_id': openid_of(person)}
    end as identities,
    (['$MPLaunch', '$MPViewScreen', '$MPViewScreen', 'ViewProduct', 'ViewProduct', 'AddToCart'])[
        1 + picked(row_no, 'event', 6)
    ] as event,
    {
        '$app_id': 'wx2c8e4a6f0b7d9135',
        '$oaid': case when hash(person, 'android') % 2 = 0 then device_of(person) end,
        '$url_path': 'pages/product/' || picked(row_no, 'page', 40),
        '$scene': '1089',
        'sku': 'P' || lpad(picked(row_no, 'product', 2000)::varchar, 5, '0'),
        'campaign_id': case when hash(row_no, 'campaign') % 10 = 0 then 'C' || picked(row_no, 'campaign', 20) end,
        'event_duration': picked(row_no, 'duration', 60000) / 1000
    } as properties

from events

where uses_miniprogram(person)
