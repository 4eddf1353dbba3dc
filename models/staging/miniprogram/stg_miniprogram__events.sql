{#
    Grain: one row per delivered event; an event the SDK sent twice has two rows.
    Behaviour events of the mini program, feed `events`.
    Surprise: copies in different deliveries are not removed here. A window over all events cost
    more than everything that is done with them; int_engagement__sessions counts them once.
#}
{{ sdk_events(
    'miniprogram',
    identifiers={
        'anonymous_id_token': 'coalesce(anonymous_id, identity_cookie_id)',
        'login_id_token': 'coalesce(identity_login_id, login_id)',
        'wx_openid_token': 'identity_mp_openid',
        'wx_unionid_token': 'identity_mp_unionid',
        'phone_token': 'identity_mobile',
        'oaid_token': 'device_oaid',
        'app_id': 'app_id',
    },
    entry_scene=clean_text('scene'),
) }}
