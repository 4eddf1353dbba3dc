{#
    Grain: one row per bind or unbind event of the app and identifier it joins or takes away.
    Feed `identity_events`, the columns of stg_crm__identity_events.
    Surprise: an unbind stands on a record that shows both identifiers together; the record's
    observation ends at the same instant, so it links nothing.
#}
{{ sdk_identity_events(
    'app',
    account={
        'login_id': 'coalesce(identity_login_id, login_id, distinct_login_id, signup_login_id)',
        'wx_unionid': 'identity_unionid',
        'phone': 'identity_mobile',
    },
    objects={
        'login_id': 'identity_login_id',
        'wx_unionid': 'identity_unionid',
        'phone': 'identity_mobile',
        'email': 'identity_email',
        'android_id': 'identity_android_id',
    },
) }}
