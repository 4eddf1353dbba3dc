{#
    Grain: one row per bind or unbind event of the mini program and identifier it joins or takes away.
    Feed `identity_events`, the columns of stg_crm__identity_events.
    Surprise: an unbind stands on a record that shows both identifiers together; the record's
    observation ends at the same instant, so it links nothing.
#}
{{ sdk_identity_events(
    'miniprogram',
    account={
        'login_id': 'coalesce(identity_login_id, login_id)',
        'wx_unionid': 'identity_mp_unionid',
        'phone': 'identity_mobile',
        'wx_openid': 'identity_mp_openid',
    },
    objects={
        'login_id': 'identity_login_id',
        'wx_unionid': 'identity_mp_unionid',
        'phone': 'identity_mobile',
        'wx_openid': 'identity_mp_openid',
        'anonymous_id': 'identity_cookie_id',
    },
) }}
