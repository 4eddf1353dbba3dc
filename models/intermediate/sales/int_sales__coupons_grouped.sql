{#
    Grain: one row per coupon_code with the state it is in at the end of the as-of day.
    The state is what the allowed events lead to; a coupon that nobody redeemed and whose last day
    is over is expired, whether or not the member system said so.
#}
with

events as (

    select * from {{ ref('int_sales__coupon_events_judged') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

coupons_grouped as (

    select
        coupon_code,

        max_by(template_id, event_no) filter (where template_id is not null) as template_id,
        max_by(campaign_id, event_no) filter (where campaign_id is not null) as campaign_id,
        max_by(member_id_token, event_no)
            filter (where member_id_token is not null) as member_id_token,
        max_by(wx_openid_token, event_no)
            filter (where wx_openid_token is not null) as wx_openid_token,
        min_by(channel, event_no) filter (where channel is not null) as issue_channel,

        count(*) filter (where event_type = 'redeemed' and is_allowed) as redemption_count,
        count(*) filter (where not is_allowed) as refused_event_count,
        max_by(amount_cny, event_no) filter (where amount_cny is not null) as amount_cny,
        max_by(discount_pct, event_no) filter (where discount_pct is not null) as discount_pct,

        max_by(event_type, event_no)
            filter (where event_type in ('redeemed', 'cancelled') and is_allowed)
            = 'redeemed' as is_redeemed,

        min(event_at) filter (where event_type = 'issued') as issued_at,
        min(event_at) filter (where event_type = 'received' and is_allowed) as received_at,
        max(event_at) filter (where event_type = 'redeemed' and is_allowed) as redeemed_at,
        max(event_at) filter (where event_type = 'cancelled' and is_allowed) as cancelled_at,
        min(event_at) filter (where event_type = 'gifted' and is_allowed) as gifted_at,
        min(event_at) filter (where event_type = 'voided' and is_allowed) as voided_at,
        min(event_at) filter (where event_type = 'expired' and is_allowed) as expired_at,
        max_by(expires_at, event_no) filter (where expires_at is not null) as expires_at

    from events

    group by coupon_code

),

newest_redemptions as (

    select
        coupon_code,
        stated_order_id,
        store_id,
        channel

    from events

    where event_type = 'redeemed'
        and is_allowed

    qualify row_number() over (partition by coupon_code order by event_no desc) = 1

),

final as (

    select
        -- ids
        coupons.coupon_code,
        coupons.template_id,
        coupons.campaign_id,
        coupons.member_id_token,
        coupons.wx_openid_token,
        case when coupons.is_redeemed then redemptions.stated_order_id end as stated_order_id,
        case when coupons.is_redeemed then redemptions.store_id end as store_id,

        -- text
        case
            when coupons.gifted_at is not null then 'gifted'
            when coupons.voided_at is not null then 'voided'
            when coupons.expired_at is not null then 'expired'
            when coupons.is_redeemed then 'redeemed'
            when coupons.expires_at < as_of.as_of_end_at then 'expired'
            when coupons.received_at is not null or coupons.cancelled_at is not null
                then 'received'
            else 'issued'
        end as coupon_state,
        coupons.issue_channel,
        case when coupons.is_redeemed then redemptions.channel end as redeem_channel,

        -- numbers
        coupons.amount_cny,
        coupons.discount_pct,
        coupons.redemption_count,
        coupons.refused_event_count,

        -- times
        coupons.issued_at,
        coupons.received_at,
        case when coupons.is_redeemed then coupons.redeemed_at end as redeemed_at,
        coupons.cancelled_at,
        coupons.gifted_at,
        coupons.voided_at,
        case
            when coupons.gifted_at is not null or coupons.voided_at is not null then null
            when coupons.expired_at is not null then coupons.expired_at
            when not coalesce(coupons.is_redeemed, false)
                and coupons.expires_at < as_of.as_of_end_at
                then coupons.expires_at
        end as expired_at,
        coupons.expires_at

    from coupons_grouped as coupons
    left join newest_redemptions as redemptions
        on coupons.coupon_code = redemptions.coupon_code
    cross join as_of

)

select * from final
