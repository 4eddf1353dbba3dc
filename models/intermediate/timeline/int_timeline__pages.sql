{#
    Grain: one row per page event of a site or app in the last timeline_page_days, copies of later
    deliveries counted once.
    Which page and which product somebody looked at. Only the events var timeline_page_events names;
    that a visit began and ended is in fct_touchpoints.
    A view: int_timeline__signals reads it.
#}
{{ config(materialized='view') }}
{%- set page_days = definition('timeline_page_days', 0, 3650) %}
with

events as (

    {{ union_feed('events') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

pages as (

    select
        channel,
        case event_name
            {%- for name, event_type in var('timeline_page_events').items() %}
            when '{{ name }}' then '{{ event_type }}'
            {%- endfor %}
        end as event_type,
        coalesce(anonymous_id_token, wx_openid_token, login_id_token, distinct_id_token)
            as actor_token,
        coalesce(wx_unionid_token, phone_token, wx_openid_token, login_id_token)
            as identifier_token,
        event_name,
        page_path,
        page_title,
        sku,
        campaign_id,
        event_ms

    from events

    where track_type = 'track'
        and event_name in (
            {%- for name in var('timeline_page_events') %}
            '{{ name }}'{{ "," if not loop.last }}
            {%- endfor %}
        )

),

final as (

    select
        pages.channel,
        pages.event_type,
        pages.actor_token,
        pages.event_name,
        pages.event_ms,
        min(pages.identifier_token) as identifier_token,
        max(pages.page_path) as page_path,
        max(pages.page_title) as page_title,
        max(pages.sku) as sku,
        max(pages.campaign_id) as campaign_id,
        {{ epoch_to_utc('pages.event_ms', 'ms') }} as occurred_at

    from pages
    cross join as_of

    {% if page_days > 0 -%}
    where {{ epoch_to_utc('pages.event_ms', 'ms') }}
        >= {{ to_utc('as_of.as_of_date - ' ~ (page_days - 1)) }}
    {%- endif %}

    group by
        pages.channel, pages.event_type, pages.actor_token, pages.event_name, pages.event_ms

)

select * from final
