{#
    Grain: one row per wx_openid_token with the newest word about it: follows or not.
    A follower snapshot or a subscribe / unsubscribe event, whichever spoke last.
    A view: it is read twice, over as many rows as followers.
    Surprise: a snapshot says only the day it was delivered; it speaks for the start of that day,
    so what was pushed on the day itself corrects it.
#}
{{ config(materialized='view') }}
with

followers as (

    select * from {{ ref('stg_wechat_oa__users') }}

),

events as (

    select * from {{ ref('stg_wechat_oa__events') }}

),

statements as (

    select
        wx_openid_token,
        is_follower,
        greatest({{ to_utc('delivered_date') }}, followed_at) as stated_at,
        followed_at

    from followers

    union all

    select
        wx_openid_token,
        event_type = 'subscribe' as is_follower,
        event_at as stated_at,
        event_at as followed_at

    from events

    where event_type in ('subscribe', 'unsubscribe')

),

final as (

    select *

    from statements

    qualify row_number() over (
        partition by wx_openid_token
        order by stated_at desc nulls last, is_follower asc
    ) = 1

)

select * from final
