{#
    Grain: one row per touch of a known person, with its kind, channel and why it does not count.
    A visit is read by how it was entered: source of the link, QR code, WeChat scene, else direct.
    Surprise: a click and the visit it opened are one touch (same_session), so an ad is paid once.
#}
{%- set platforms = channels_with_feed('ad_spend') %}
{%- set flood_ms = definition('attribution_flood_minutes', 1, 1440) * 60000 %}
{%- set own = var('attribution_own_one_ids') %}
{%- set excluded = var('attribution_excluded_campaigns') %}
with

touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

    where one_id is not null

),

kinds as (

    select * from {{ ref('touch_kinds') }}

),

scenes as (

    select * from {{ ref('visit_scenes') }}

),
{%- if own %}

own_people as (

    select distinct coalesce(aliases.one_id, ids.one_id) as one_id

    from (
        values
        {%- for one_id in own %}
        ('{{ one_id }}'){{ ',' if not loop.last }}
        {%- endfor %}
    ) as ids (one_id)
    left join {{ ref('identity_aliases') }} as aliases
        on ids.one_id = aliases.retired_one_id

),
{%- endif %}

touches_read as (

    select
        touchpoints.*,
        touchpoints.touch_type like '%_visit' as is_visit,
        coalesce(touchpoints.utm_source in ({{ quoted_list(platforms) }}), false)
            as is_from_platform,
        coalesce(
            touchpoints.utm_source in ({{ quoted_list(var("attribution_social_sources")) }})
            or touchpoints.utm_medium = 'social',
            false
        ) as is_from_social,
        scenes.touch_kind as scene_kind

    from touchpoints
    left join scenes
        on touchpoints.scene = scenes.scene

),

touches_named as (

    select
        *,
        case
            when not is_visit and touch_type = 'oa_follow' and placement is not null then 'qr_scan'
            when not is_visit then touch_type
            when is_from_platform or is_paid then 'ad_landing'
            when placement is not null then 'qr_scan'
            when is_from_social then 'social_link'
            when scene_kind is not null and scene_kind != 'direct' then scene_kind
            when utm_source is not null or campaign_id is not null then 'campaign_link'
            else 'direct'
        end as named_kind

    from touches_read

),

touches_joined as (

    select
        touches_named.touchpoint_id,
        touches_named.one_id,
        touches_named.campaign_id,
        touches_named.placement,
        touches_named.touched_at,
        touches_named.event_count,
        coalesce(kinds.touch_kind, 'other') as touch_kind,
        coalesce(kinds.touch_class, 'message') as touch_class,
        coalesce(kinds.lookback_days, 7) as lookback_days,
        coalesce(kinds.is_direct, false) as is_direct,
        coalesce(kinds.is_counted, true) as is_counted,
        -- Plain reading of a touch: the channel of its kind, of its source, its own.
        coalesce(
            nullif(kinds.channel, 'own'),
            case
                when not touches_named.is_visit then touches_named.channel
                when touches_named.is_from_platform then touches_named.utm_source
                when touches_named.named_kind = 'ad_landing'
                    and touches_named.scene_kind = 'ad_landing'
                    then 'tencent_ads'
                when touches_named.named_kind = 'ad_landing' then 'ad_other'
                when touches_named.named_kind in ('oa_menu_click', 'oa_article_view')
                    then 'wechat_oa'
                when touches_named.utm_source in ({{ quoted_list(var("channel_map").keys()) }})
                    then touches_named.utm_source
                else 'link_other'
            end
        ) as channel

    from touches_named
    left join kinds
        on touches_named.named_kind = kinds.touch_kind

),

clicks_counted as (

    select
        touchpoint_id,
        one_id,
        channel,
        {{ milliseconds_between("timestamp '1970-01-01 00:00:00'", 'touched_at') }} as touched_ms

    from touches_joined

    where touch_kind = 'ad_click'

),

clicks_ahead as (

    select
        *,
        count(*) over (
            partition by one_id, channel order by touched_ms
            range between current row and {{ flood_ms }} following
        ) as clicks_ahead

    from clicks_counted

),

floods as (

    select touchpoint_id

    from clicks_ahead

    qualify max(clicks_ahead) over (
        partition by one_id, channel order by touched_ms
        range between {{ flood_ms }} preceding and current row
    ) >= {{ definition('attribution_flood_clicks', 2, 1000) }}

),

touches_judged as (

    select
        touches_joined.*,
        case
            {%- if own %}
            when own_people.one_id is not null then 'own_person'
            {%- endif %}
            when not touches_joined.is_counted then 'kind_not_counted'
            {%- if excluded %}
            when touches_joined.campaign_id in ({{ quoted_list(excluded) }})
                then 'campaign_not_counted'
            {%- endif %}
            when floods.touchpoint_id is not null then 'click_flood'
            when touches_joined.event_count
                >= {{ definition('attribution_bot_visit_events', 10, 100000) }} then 'bot_visit'
        end as refusal

    from touches_joined
    {%- if own %}
    left join own_people
        on touches_joined.one_id = own_people.one_id
    {%- endif %}
    left join floods
        on touches_joined.touchpoint_id = floods.touchpoint_id

),

touches_in_order as (

    select
        *,
        lag(channel) over person_touches as previous_channel,
        lag(campaign_id) over person_touches as previous_campaign_id,
        lag(touched_at) over person_touches as previous_touched_at

    from touches_judged

    window person_touches as (
        partition by one_id, refusal is null order by touched_at, touchpoint_id
    )

),

final as (

    select
        touchpoint_id,
        one_id,
        channel,
        campaign_id,
        touch_kind,
        touch_class,
        placement,
        case
            when refusal is null
                and channel = previous_channel
                and not (campaign_id is distinct from previous_campaign_id)
                and {{ milliseconds_between('previous_touched_at', 'touched_at') }}
                < {{ var('session_gap_minutes') * 60000 }}
                then 'same_session'
            else refusal
        end as exclusion_reason,
        lookback_days,
        is_direct,
        touched_at

    from touches_in_order

)

select * from final
