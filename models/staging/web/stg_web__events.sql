{#
    Grain: one row per delivered event; an event the SDK sent twice has two rows.
    Behaviour events of the web site, feed `events`.
    Surprise: old SDKs name the login id only in distinct_id; the contract takes it from there where
    the event says so ($is_login_id, $SignUp). Copies in different deliveries are counted once by
    int_engagement__sessions.
#}
{{ sdk_events(
    'web',
    identifiers={
        'anonymous_id_token': 'coalesce(anonymous_id, identity_cookie_id, original_id)',
        'login_id_token':
            'coalesce(identity_login_id, login_id, distinct_login_id, signup_login_id)',
        'wx_openid_token': 'cast(null as string)',
        'wx_unionid_token': 'identity_unionid',
        'phone_token': 'identity_mobile',
        'email_token': 'identity_email',
    },
    texts={'referrer_host': 'lower(' ~ clean_text('referrer_host') ~ ')'},
    has_splash=false,
) }}
