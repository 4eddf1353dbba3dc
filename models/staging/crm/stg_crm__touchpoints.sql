{#
    Grain: one row per coupon that a person received, and per invitation by another member.
    Feed `touchpoints`. A coupon delivered again keeps its first receipt; placement says in which
    channel it was received.
    Surprise: an invitation touches the invited member only; who invited was not touched by it.
#}
with

coupons as (

    select * from {{ ref('stg_crm__coupons') }}

),

first_receipt as (

    select *

    from coupons

    where event_type = 'received'

    qualify row_number() over (
        partition by coupon_code
        order by event_at, delivered_date, member_id_token nulls last, wx_openid_token nulls last
    ) = 1

),

referrals as (

    select *

    from {{ ref('stg_crm__referrals') }}

    where not is_self_referral and invitee_token is not null

),

final as (

    select
        ---------- ids
        coupon_code as touch_key,
        coalesce(member_id_token, wx_openid_token) as identifier_token,
        wx_openid_token as fallback_token,
        campaign_id,
        cast(null as string) as ad_id,

        ---------- text
        'coupon_received' as touch_type,
        cast(null as string) as scene,
        channel as placement,
        'coupons' as source_entity,

        ---------- timestamps
        event_at as touched_at

    from first_receipt

    union all

    select
        ---------- ids
        concat_ws(
            '|', coalesce(inviter_token, ''), invitee_token, cast(invited_at as string)
        ) as touch_key,
        invitee_token as identifier_token,
        cast(null as string) as fallback_token,
        campaign_id,
        cast(null as string) as ad_id,

        ---------- text
        'referral_invited' as touch_type,
        cast(null as string) as scene,
        cast(null as string) as placement,
        'referrals' as source_entity,

        ---------- timestamps
        invited_at as touched_at

    from referrals

)

select * from final
