{#
    Grain: one row per appid, openid and login time.
    Logins to the mini program, with the ad click that led to them. Feed `logins`.
    Surprise: gdt_vid and clickid name a click of one platform each; a login has at most one.
#}
with

source as (

    select *

    from {{ source('miniprogram', 'logins') }}

    {{ delivered() }}

),

newest_delivery as (

    select *

    from source

    qualify row_number() over (
        partition by appid, openid, login_at
        order by
            dt desc,
            phone asc nulls last,
            unionid asc nulls last,
            gdt_vid asc nulls last,
            clickid asc nulls last,
            scene asc nulls last,
            utm_campaign asc nulls last
    ) = 1

),

cleaned as (

    select
        *,
        {{ clean_text('gdt_vid') }} as tencent_click_id,
        {{ clean_text('clickid') }} as ocean_click_id

    from newest_delivery

),

final as (

    select
        ---------- ids
        concat_ws('|', appid, openid, cast(login_at as string)) as login_key,
        openid as wx_openid_token,
        unionid as wx_unionid_token,
        phone as phone_token,
        coalesce(unionid, openid) as identifier_token,
        openid as fallback_token,
        appid,
        coalesce(tencent_click_id, ocean_click_id) as click_id,

        ---------- text
        case
            when tencent_click_id is not null then 'tencent_ads'
            when ocean_click_id is not null then 'ocean_engine'
        end as click_platform,
        {{ clean_text('scene') }} as entry_scene,
        {{ clean_utm('utm_source') }} as utm_source,
        {{ clean_utm('utm_medium') }} as utm_medium,
        {{ clean_utm('utm_campaign') }} as utm_campaign,
        {{ clean_utm('utm_content') }} as utm_content,
        {{ clean_utm('utm_term') }} as utm_term,

        ---------- dates
        dt as delivered_date,

        ---------- timestamps
        {{ epoch_to_utc('login_at', 's') }} as login_at

    from cleaned

)

select * from final
