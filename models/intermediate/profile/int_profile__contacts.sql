{#
    Grain: one row per one_id that ever followed an official account or became a WeCom contact.
    Whether the brand can still reach the person there: the newest word about each openid wins.
#}
with

newest_follow_states as (

    select * from {{ ref('int_profile__follows_stated') }}

),

wecom_relations as (

    select * from {{ ref('stg_wecom__follows') }}

),

identifiers as (

    select * from {{ ref('bridge_customer_identifiers') }}

),

contact_states as (

    select
        identifiers.one_id,
        newest_follow_states.is_follower as is_oa_follower,
        false as is_wecom_contact,
        case when newest_follow_states.is_follower then newest_follow_states.followed_at end
            as followed_at,
        cast(null as timestamp) as wecom_added_at

    from newest_follow_states
    inner join identifiers
        on newest_follow_states.wx_openid_token = identifiers.identifier_token

    union all

    select
        identifiers.one_id,
        false as is_oa_follower,
        wecom_relations.is_current as is_wecom_contact,
        cast(null as timestamp) as followed_at,
        case when wecom_relations.is_current then wecom_relations.followed_at end as wecom_added_at

    from wecom_relations
    inner join identifiers
        on wecom_relations.wecom_external_userid_token = identifiers.identifier_token

),

final as (

    select
        one_id,
        bool_or(is_oa_follower) as is_oa_follower,
        bool_or(is_wecom_contact) as is_wecom_contact,
        min(followed_at) as followed_at,
        min(wecom_added_at) as wecom_added_at

    from contact_states

    group by one_id

)

select * from final
