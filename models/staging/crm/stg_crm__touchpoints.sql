{#
    Grain: one row per coupon that a person received.
    Feed `touchpoints`. A coupon delivered again keeps its first receipt; placement says in which
    channel it was received.
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

)

select * from final
