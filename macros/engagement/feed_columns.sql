{#
    The one documented column list of a feed of engagement or identity events, as name -> type.

    A channel joins a feed by a staging model stg_<channel>__<feed> with at least these columns and
    by naming the feed in var channel_map. Identifier columns hold tokens. What a platform does not
    say is a typed null.

    Args:
        feed: touchpoints, events, logins, clicks, messages, ad_spend or identity_events.
    Raises a compile error for any other feed.
#}
{% macro feed_columns(feed) -%}
    {%- set lists = {
        'touchpoints': {
            'touch_key': 'string',
            'touch_type': 'string',
            'identifier_token': 'string',
            'fallback_token': 'string',
            'campaign_id': 'string',
            'ad_id': 'string',
            'scene': 'string',
            'placement': 'string',
            'source_entity': 'string',
            'touched_at': 'timestamp',
        },
        'events': {
            'anonymous_id_token': 'string',
            'distinct_id_token': 'string',
            'login_id_token': 'string',
            'wx_unionid_token': 'string',
            'wx_openid_token': 'string',
            'phone_token': 'string',
            'campaign_id': 'string',
            'sku': 'string',
            'page_path': 'string',
            'page_title': 'string',
            'entry_scene': 'string',
            'qr_scene': 'string',
            'utm_source': 'string',
            'utm_medium': 'string',
            'utm_campaign': 'string',
            'track_type': 'string',
            'event_name': 'string',
            'event_ms': 'bigint',
            'delivered_date': 'date',
        },
        'logins': {
            'login_key': 'string',
            'identifier_token': 'string',
            'fallback_token': 'string',
            'click_platform': 'string',
            'click_id': 'string',
            'login_at': 'timestamp',
        },
        'clicks': {
            'click_id': 'string',
            'account_id': 'string',
            'campaign_id': 'string',
            'ad_id': 'string',
            'oaid_token': 'string',
            'oaid_md5_token': 'string',
            'idfa_token': 'string',
            'imei_md5_token': 'string',
            'android_id_md5_token': 'string',
            'phone_token': 'string',
            'clicked_at': 'timestamp',
        },
        'messages': {
            'native_message_id': 'string',
            'message_type': 'string',
            'template_code': 'string',
            'campaign_id': 'string',
            'identifier_token': 'string',
            'delivery_state': 'string',
            'fail_reason': 'string',
            'has_send_record': 'boolean',
            'sent_at': 'timestamp',
            'delivered_at': 'timestamp',
            'reported_at': 'timestamp',
        },
        'identity_events': {
            'event_id': 'string',
            'event': 'string',
            'subject_type': 'string',
            'subject_token': 'string',
            'object_type': 'string',
            'object_token': 'string',
            'new_object_token': 'string',
            'delivered_date': 'date',
            'occurred_at': 'timestamp',
        },
        'ad_spend': {
            'account_id': 'string',
            'campaign_id': 'string',
            'campaign_name': 'string',
            'ad_id': 'string',
            'cost_cny': 'decimal(18, 2)',
            'impressions': 'bigint',
            'clicks': 'bigint',
            'platform_conversions': 'bigint',
            'platform_click_conversions': 'bigint',
            'platform_display_conversions': 'bigint',
            'report_date': 'date',
        },
    } -%}
    {%- if feed not in lists -%}
        {{ exceptions.raise_compiler_error(
            "feed_columns: '" ~ feed ~ "' is no feed; known: " ~ lists.keys() | join(', ')
        ) }}
    {%- endif -%}
    {{ return(lists[feed]) }}
{%- endmacro %}
