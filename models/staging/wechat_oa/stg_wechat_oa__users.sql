{#
    Grain: one row per appid and openid.
    Followers of the official accounts as last delivered.
    Surprise: someone who unfollowed has nothing but the openid, so every other column is null.
#}
with

source as (

    select *

    from {{ source('wechat_oa', 'users') }}

    {{ delivered() }}

),

newest_snapshot as (

    select *

    from source

    qualify row_number() over (
        partition by appid, openid
        order by
            dt desc,
            subscribe_time desc nulls last,
            subscribe desc,
            unionid asc nulls last,
            qr_scene_str asc nulls last,
            subscribe_scene asc nulls last,
            tagid_list asc nulls last
    ) = 1

),

final as (

    select
        ---------- ids
        openid as wx_openid_token,
        unionid as wx_unionid_token,
        appid,

        ---------- text
        {{ clean_text('subscribe_scene') }} as subscribe_scene,
        {{ clean_text('qr_scene_str') }} as qr_scene,
        tagid_list,

        ---------- booleans
        subscribe = 1 as is_follower,

        ---------- dates
        dt as delivered_date,

        ---------- timestamps
        {{ epoch_to_utc('subscribe_time', 's') }} as followed_at

    from newest_snapshot

)

select * from final
