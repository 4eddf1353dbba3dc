{#
    Grain: one row per openid and statement about whether it follows: every delivered snapshot and
    every subscribe or unsubscribe event. The newest by stated_at holds; at one instant, "left".
    Surprise: a snapshot says only the day it was delivered; it speaks for the start of that day,
    so what was pushed on the day itself corrects it. Of a follower it also says since when, so it
    states that moment too: the first snapshot brings years of followers without an event.
#}
with

snapshots as (

    select
        openid as wx_openid_token,
        subscribe = 1 as is_follower,
        {{ epoch_to_utc('subscribe_time', 's') }} as followed_at,
        {{ to_utc('dt') }} as delivered_at

    from {{ source('wechat_oa', 'users') }}

    {{ delivered() }}

    -- One snapshot per delivery, the same as stg_wechat_oa__users takes.
    qualify row_number() over (
        partition by appid, openid, dt
        order by subscribe_time desc nulls last, subscribe desc
    ) = 1

),

events as (

    select * from {{ ref('stg_wechat_oa__events') }}

),

final as (

    select
        wx_openid_token,
        is_follower,
        followed_at,
        greatest(delivered_at, followed_at) as stated_at

    from snapshots

    union all

    select
        wx_openid_token,
        is_follower,
        followed_at,
        followed_at as stated_at

    from snapshots

    where is_follower
        and followed_at is not null

    union all

    select
        wx_openid_token,
        event_type = 'subscribe' as is_follower,
        event_at as followed_at,
        event_at as stated_at

    from events

    where event_type in ('subscribe', 'unsubscribe')

)

select * from final
