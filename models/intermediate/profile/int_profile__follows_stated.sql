{#
    Grain: one row per wx_openid_token with the newest word about it: follows or not.
    A view: it is read twice, over as many rows as followers.
#}
{{ config(materialized='view') }}
with

follow_states as (

    select * from {{ ref('stg_wechat_oa__follow_states') }}

),

final as (

    select *

    from follow_states

    qualify row_number() over (
        partition by wx_openid_token
        order by stated_at desc nulls last, is_follower asc, followed_at desc nulls last
    ) = 1

)

select * from final
