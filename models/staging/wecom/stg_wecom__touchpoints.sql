{#
    Grain: one row per relation of a contact with a staff member.
    Feed `touchpoints`: being added as a contact is a touch, with the scene of the contact-me code.
#}
with

follows as (

    select * from {{ ref('stg_wecom__follows') }}

),

final as (

    select
        ---------- ids
        concat_ws(
            '|', corpid, wecom_external_userid_token, staff_id, cast(followed_s as string)
        ) as touch_key,
        coalesce(wx_unionid_token, wecom_external_userid_token) as identifier_token,
        wecom_external_userid_token as fallback_token,
        cast(null as string) as campaign_id,
        cast(null as string) as ad_id,

        ---------- text
        'wecom_add' as touch_type,
        qr_scene as scene,
        cast(null as string) as placement,
        'contacts' as source_entity,

        ---------- timestamps
        followed_at as touched_at

    from follows

    where followed_at is not null

)

select * from final
