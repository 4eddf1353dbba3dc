{#
    The feed `events` of a channel whose SDK sends the Sensors shape, as a whole model.
    Time of ten digits is seconds. A splash advertisement shown in passing does not lead to a visit:
    its campaign stays with it (splash_campaign_id), apart from that of the page or the landing
    (campaign_id, as sent: ids have a case, the utm_* columns do not).

    Args:
        channel: whose source `events` is read.
        identifiers: token column -> SQL expression; the feed needs anonymous_id_token,
            login_id_token, wx_openid_token, wx_unionid_token and phone_token, others are kept.
        texts: further text columns -> SQL expression.
        entry_scene: SQL of the scene of the entry, of mini programs.
        has_splash: whether the channel shows splash advertisements.
#}
{% macro sdk_events(
    channel, identifiers, texts={}, entry_scene='cast(null as string)', has_splash=true
) -%}
{%- set campaign = 'coalesce(' ~ clean_text('campaign_id') ~ ', ' ~ clean_text('utm_campaign') ~ ')' -%}
with

source as (

    select *

    from {{ source(channel, 'events') }}

    {{ delivered() }}

),

final as (

    select
        ---------- ids
        distinct_id as distinct_id_token,
        {%- for column, expression in identifiers.items() %}
        {{ expression }} as {{ column }},
        {%- endfor %}
        sku,
        order_no,
        {%- if has_splash %}
        case when splash_ad_id is null then {{ campaign }} end as campaign_id,
        case
            when splash_ad_id is not null
                then coalesce({{ clean_text('campaign_id') }}, {{ clean_text('splash_ad_id') }})
        end as splash_campaign_id,
        {{ clean_text('splash_ad_id') }} as splash_ad_id,
        {%- else %}
        {{ campaign }} as campaign_id,
        {%- endif %}

        ---------- text
        type as track_type,
        event as event_name,
        page_path,
        page_title,
        {%- for column, expression in texts.items() %}
        {{ expression }} as {{ column }},
        {%- endfor %}
        {{ entry_scene }} as entry_scene,
        {{ clean_text('qr_scene') }} as qr_scene,
        {{ clean_utm('utm_source') }} as utm_source,
        {{ clean_utm('utm_medium') }} as utm_medium,
        {{ clean_utm('utm_campaign') }} as utm_campaign,

        ---------- numbers
        duration_s,
        case when time < 100000000000 then time * 1000 else time end as event_ms,

        ---------- dates
        dt as delivered_date,

        ---------- timestamps
        {{ epoch_to_utc('time', 'ms') }} as event_at

    from source

)

select * from final
{%- endmacro %}
