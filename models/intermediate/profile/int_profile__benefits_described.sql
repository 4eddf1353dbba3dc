{#
    Grain: one row per one_id of dim_customers.
    Coupons, points and invitations of a person, as customer_360 shows them.
    coupon_behaviour: only_with_coupon (every order had one), redeemer (used one), taker (took, never
    used); null for who never took one.
    A view: customer_360 reads it.
#}
{{ config(materialized='view') }}
{%- set min_orders = definition('preference_min_orders', 1, 100) %}
with

customers as (

    select one_id from {{ ref('dim_customers') }}

),

purchases as (

    select * from {{ ref('int_profile__purchases_summarised') }}

),

coupons as (

    select * from {{ ref('int_profile__coupons_summarised') }}

),

points as (

    select * from {{ ref('int_profile__points_summarised') }}

),

referrals as (

    select * from {{ ref('int_profile__referrals_summarised') }}

),

final as (

    select
        customers.one_id,
        {%- for column in [
            'coupon_count', 'taken_coupon_count', 'redeemed_coupon_count', 'expired_coupon_count',
            'open_coupon_count', 'coupon_order_count'
        ] %}
        cast(coalesce(coupons.{{ column }}, 0) as bigint) as {{ column }},
        {%- endfor %}
        case
            when coupons.coupon_order_count = purchases.order_count
                and purchases.order_count >= {{ min_orders }}
                then 'only_with_coupon'
            when coupons.redeemed_coupon_count > 0 or coupons.coupon_order_count > 0
                then 'redeemer'
            when coupons.taken_coupon_count > 0 then 'taker'
        end as coupon_behaviour,
        {{ brand_date('coupons.next_coupon_expires_at') }} as next_coupon_expiry_date,
        cast(points.points_balance as bigint) as points_balance,
        cast(points.expiring_points as bigint) as expiring_points,
        cast(points.next_points_expiry_date as date) as next_points_expiry_date,
        {{ brand_date('points.last_points_at') }} as last_points_date,
        coalesce(referrals.referral_depth > 0, false) as is_invited,
        cast(referrals.inviter_one_id as string) as inviter_one_id,
        cast(coalesce(referrals.invited_people_count, 0) as bigint) as invited_people_count,
        cast(coalesce(referrals.referral_depth, 0) as bigint) as referral_depth,
        {{ brand_date('referrals.invited_at') }} as invited_date

    from customers
    left join purchases on customers.one_id = purchases.one_id
    left join coupons on customers.one_id = coupons.one_id
    left join points on customers.one_id = points.one_id
    left join referrals on customers.one_id = referrals.one_id

)

select * from final
