{#
    Grain: one row per event push in which a person touched an official account.
    Feed `touchpoints`. A follow by QR code is one touch, a follow, with the scene of the code.
#}
with

events as (

    select * from {{ ref('stg_wechat_oa__events') }}

),

touches_typed as (

    select
        *,
        case event_type
            when 'subscribe' then 'oa_follow'
            when 'scan' then 'qr_scan'
            when 'click' then 'oa_menu_click'
            when 'view_miniprogram' then 'oa_menu_click'
            when 'view' then 'oa_article_view'
        end as touch_type

    from events

),

final as (

    select
        ---------- ids
        concat_ws(
            '|', appid, wx_openid_token, cast(created_s as string), event_type,
            coalesce(event_key, '')
        ) as touch_key,
        wx_openid_token as identifier_token,
        cast(null as string) as fallback_token,
        cast(null as string) as campaign_id,
        cast(null as string) as ad_id,

        ---------- text
        touch_type,
        qr_scene as scene,
        cast(null as string) as placement,
        'events' as source_entity,

        ---------- timestamps
        event_at as touched_at

    from touches_typed

    where touch_type is not null

)

select * from final
