-- Grain: one event of one coupon.
-- Two kinds: coupons of the retailer's campaigns (campaign_id, template_id is the campaign's type),
-- and coupons of manufacturers (no campaign), known from the lines they were used on.
-- The package says which households a campaign targeted and which coupons they redeemed, not
-- which coupons each household received. So every targeted household holds as many coupons of a
-- campaign as it redeemed, and at least one.
-- Days become times: campaigns start at 00:00 and end at 23:59:59, redemptions are at noon.

with

redemptions as (

    select
        campaign_id,
        household_id,
        coupon_upc,
        redemption_date,
        row_number() over (
            partition by campaign_id, household_id
            order by redemption_date, coupon_upc
        ) as coupon_no

    from coupon_redemptions

),

targeted as (

    select
        campaigns.campaign_id,
        campaigns.household_id,
        lower(replace(campaign_descriptions.campaign_type, ' ', '-')) as template_id,
        campaign_descriptions.start_date,
        campaign_descriptions.end_date + interval 86399 second as expire_at

    from campaigns

    inner join campaign_descriptions using (campaign_id)

),

held as (

    select
        targeted.*,
        redemptions.coupon_upc,
        redemptions.redemption_date,
        concat_ws(
            '-', targeted.campaign_id, targeted.household_id, coalesce(redemptions.coupon_no, 1)
        ) as coupon_code

    from targeted

    left join redemptions using (campaign_id, household_id)

),

events as (

    select
        coupon_code,
        template_id,
        household_id,
        'issued' as event,
        start_date as event_time,
        'mail' as channel,
        null as amount_fen,
        expire_at,
        campaign_id,
        coupon_upc

    from held

    union all

    select
        coupon_code,
        template_id,
        household_id,
        'redeemed' as event,
        redemption_date + interval 12 hour as event_time,
        'pos' as channel,
        null as amount_fen,
        expire_at,
        campaign_id,
        coupon_upc

    from held

    where redemption_date is not null

    union all

    select
        landing_receipts.coupon_code,
        'manufacturer' as template_id,
        transactions.household_id,
        'redeemed' as event,
        landing_receipts.txn_time as event_time,
        'pos' as channel,
        cast(round(100 * transactions.coupon_disc) as bigint) as amount_fen,
        null as expire_at,
        null as campaign_id,
        null as coupon_upc

    from landing_receipts

    inner join transactions
        on landing_receipts.receipt_no = cast(transactions.basket_id as varchar)
        and landing_receipts.sku = cast(transactions.product_id as varchar)

    where landing_receipts.coupon_code is not null

)

select
    greatest(
        date '2017-02-01', cast(date_trunc('month', event_time) + interval 1 month as date)
    ) as delivered_date,
    coupon_code,
    template_id,
    cast(household_id as varchar) as member_id,
    event,
    event_time,
    channel,
    amount_fen,
    expire_at,
    cast(campaign_id as varchar) as campaign_id,
    cast(coupon_upc as varchar) as coupon_upc

from events

order by delivered_date, event_time, coupon_code, event
