-- Failing means coupons or their events were lost or doubled between the member system's events
-- and fct_coupons, or that redemptions less cancellations are not the coupons that count as
-- redeemed. It does not claim that the events are plausible: refused ones are counted.
{{ config(meta={'dagster': {'ref': {'name': 'fct_coupons'}}}) }}

with

events as (

    select
        count(*) as event_count,
        count(distinct coupon_code) as coupon_count

    from {{ ref('stg_crm__coupons') }}

    where event_at < (select as_of_end_at from {{ ref('int_run__as_of') }})

),

judged as (

    select
        count(*) as event_count,
        count(*) filter (where not is_allowed) as refused_event_count,
        count(*) filter (where event_type = 'redeemed' and is_allowed) as redemption_count,
        count(*) filter (where event_type = 'cancelled' and is_allowed) as cancellation_count

    from {{ ref('int_sales__coupon_events_judged') }}

),

coupons as (

    select
        count(*) as coupon_count,
        coalesce(sum(refused_event_count), 0) as refused_event_count,
        coalesce(sum(redemption_count), 0) as redemption_count,
        count(*) filter (where coupon_state = 'redeemed') as redeemed_count

    from {{ ref('fct_coupons') }}

)

select
    events.coupon_count as delivered_coupons,
    coupons.coupon_count,
    judged.redemption_count - judged.cancellation_count as net_redemptions,
    coupons.redeemed_count

from events
cross join judged
cross join coupons

where events.event_count <> judged.event_count
    or events.coupon_count <> coupons.coupon_count
    or judged.refused_event_count <> coupons.refused_event_count
    or judged.redemption_count <> coupons.redemption_count
    or judged.redemption_count - judged.cancellation_count <> coupons.redeemed_count
