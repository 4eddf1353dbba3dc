{#
    Grain: one row per event of a coupon up to the as-of day, numbered in time, with whether the
    coupon could make that step: issued, received, redeemed (cancelled: usable again), or one of
    the ends gifted, voided, expired.
    is_allowed is false for a redemption, receipt or end while redeemed, a cancellation while not
    redeemed, and whatever follows an end. Such events are counted, never obeyed.
#}
with

events as (

    select * from {{ ref('stg_crm__coupons') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

events_numbered as (

    select
        events.*,
        row_number() over (
            partition by events.coupon_code
            order by
                events.event_at,
                case events.event_type
                    when 'issued' then 1
                    when 'received' then 2
                    when 'redeemed' then 3
                    when 'cancelled' then 4
                    when 'gifted' then 5
                    when 'voided' then 6
                    when 'expired' then 7
                    else 8
                end,
                events.event_type
        ) as event_no

    from events
    cross join as_of

    where events.event_at < as_of.as_of_end_at

),

redemptions_looked_back as (

    select
        *,
        -- the newest redemption or cancellation before the event: odd is a redemption
        coalesce(max(
            case event_type
                when 'redeemed' then 2 * event_no + 1
                when 'cancelled' then 2 * event_no
            end
        ) over (
            partition by coupon_code
            order by event_no
            rows between unbounded preceding and 1 preceding
        ), 0) % 2 = 1 as was_redeemed

    from events_numbered

),

ends_looked_back as (

    select
        *,
        coalesce(max(
            case
                when event_type in ('gifted', 'voided', 'expired') and not was_redeemed then 1
            end
        ) over (
            partition by coupon_code
            order by event_no
            rows between unbounded preceding and 1 preceding
        ), 0) = 1 as had_ended

    from redemptions_looked_back

),

final as (

    select
        -- ids
        coupon_code,
        template_id,
        campaign_id,
        stated_order_id,
        store_id,
        member_id_token,
        wx_openid_token,

        -- text
        channel,
        event_type,

        -- numbers
        event_no,
        amount_cny,
        discount_pct,

        -- booleans
        case
            when had_ended then false
            when event_type = 'cancelled' then was_redeemed
            when event_type in ('received', 'redeemed', 'gifted', 'voided', 'expired')
                then not was_redeemed
            else event_type = 'issued'
        end as is_allowed,

        -- times
        event_at,
        expires_at

    from ends_looked_back

)

select * from final
