{#
    Grain: one row per coupon (coupon_code): its state, its times, the order it was used on.
    The holder is the latest the member system names, by member number before openid.
#}
with

coupons as (

    select * from {{ ref('int_sales__coupons_grouped') }}

),

resolution as (

    select *

    from {{ ref('int_identity__resolution') }}

    where is_verified

),

orders_matched as (

    select * from {{ ref('int_sales__coupon_orders_matched') }}

),

final as (

    select
        -- ids
        cast(coupons.coupon_code as string) as coupon_code,
        cast(coupons.template_id as string) as template_id,
        cast(coupons.campaign_id as string) as campaign_id,
        cast(coalesce(members.one_id, openids.one_id) as string) as one_id,
        cast(orders_matched.order_id as string) as order_id,
        cast(coupons.store_id as string) as store_id,

        -- text
        cast(coupons.coupon_state as string) as coupon_state,
        cast(coupons.issue_channel as string) as issue_channel,
        cast(coupons.redeem_channel as string) as redeem_channel,

        -- numbers
        cast(coupons.amount_cny as decimal(18, 2)) as amount_cny,
        cast(coupons.discount_pct as decimal(9, 4)) as discount_pct,
        cast(coupons.redemption_count as bigint) as redemption_count,
        cast(coupons.refused_event_count as bigint) as refused_event_count,

        -- times
        cast(coupons.issued_at as timestamp) as issued_at,
        cast(coupons.received_at as timestamp) as received_at,
        cast(coupons.redeemed_at as timestamp) as redeemed_at,
        cast(coupons.cancelled_at as timestamp) as cancelled_at,
        cast(coupons.gifted_at as timestamp) as gifted_at,
        cast(coupons.voided_at as timestamp) as voided_at,
        cast(coupons.expired_at as timestamp) as expired_at,
        cast(coupons.expires_at as timestamp) as expires_at

    from coupons
    left join resolution as members
        on coupons.member_id_token = members.identifier_token
        and {{ resolved_at('members', 'coalesce(coupons.received_at, coupons.issued_at)') }}
    left join resolution as openids
        on coupons.wx_openid_token = openids.identifier_token
        and {{ resolved_at('openids', 'coalesce(coupons.received_at, coupons.issued_at)') }}
    left join orders_matched
        on coupons.coupon_code = orders_matched.coupon_code

)

select * from final
