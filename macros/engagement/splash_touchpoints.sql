{#
    The feed `touchpoints` of a channel that shows splash advertisements, as a whole model: one row
    per start at which one was shown. A splash that names no campaign is its own campaign; of copies
    the one delivered first stays.

    Args:
        channel: whose stg_<channel>__events is read.
#}
{% macro splash_touchpoints(channel) -%}
{%- set tokens = [
    'wx_unionid_token', 'phone_token', 'wx_openid_token', 'login_id_token', 'anonymous_id_token'
] -%}
with

events as (

    select * from {{ ref('stg_' ~ channel ~ '__events') }}

),

first_copy as (

    select
        distinct_id_token,
        event_name,
        event_ms,
        splash_campaign_id,
        splash_ad_id,
        event_at,
        coalesce({{ tokens | join(', ') }}) as identifier_token,
        anonymous_id_token as fallback_token

    from events

    where splash_ad_id is not null

    qualify row_number() over (
        partition by distinct_id_token, event_ms, event_name
        order by
            delivered_date asc,
            splash_ad_id asc,
            splash_campaign_id asc nulls last
            {%- for token in tokens %},
            {{ token }} asc nulls last
            {%- endfor %}
    ) = 1

),

final as (

    select
        ---------- ids
        concat_ws('|', distinct_id_token, cast(event_ms as string), event_name) as touch_key,
        identifier_token,
        fallback_token,
        splash_campaign_id as campaign_id,
        splash_ad_id as ad_id,

        ---------- text
        'splash_ad' as touch_type,
        cast(null as string) as scene,
        cast(null as string) as placement,
        'events' as source_entity,

        ---------- timestamps
        event_at as touched_at

    from first_copy

)

select * from final
{%- endmacro %}
