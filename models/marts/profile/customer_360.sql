{#
    Grain: one row per one_id of dim_customers, customer or not.
    Everything marketing asks about one person, side by side; customer_tags is the long form.
    Surprise: counts are 0 where nothing happened and null where the question does not apply, such
    as the recency of someone who never bought.
#}
with

customers as (

    select * from {{ ref('dim_customers') }}

),

people as (

    select * from {{ ref('int_profile__people_seen') }}

),

memberships as (

    select * from {{ ref('int_profile__memberships') }}

),

contacts as (

    select * from {{ ref('int_profile__contacts') }}

),

demographics as (

    select * from {{ ref('int_profile__demographics') }}

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

engagement as (

    select * from {{ ref('int_profile__engagement_summarised') }}

),

rfm as (

    select * from {{ ref('customer_rfm') }}

),

lifecycle as (

    select * from {{ ref('customer_lifecycle') }}

),

final as (

    select
        customers.one_id,

        -- who
        customers.first_seen_at,
        customers.last_seen_at,
        customers.first_channel,
        customers.identifier_count,
        customers.channel_count,
        customers.gender,
        customers.birth_year,
        case
            when year(lifecycle.as_of_date) - customers.birth_year < 18 then 'under 18'
            when year(lifecycle.as_of_date) - customers.birth_year < 25 then '18-24'
            when year(lifecycle.as_of_date) - customers.birth_year < 35 then '25-34'
            when year(lifecycle.as_of_date) - customers.birth_year < 45 then '35-44'
            when year(lifecycle.as_of_date) - customers.birth_year < 55 then '45-54'
            when customers.birth_year is not null then '55+'
        end as age_band,
        customers.home_city,
        customers.home_province,
        cast(demographics.gender_source as string) as gender_source,
        cast(demographics.home_city_source as string) as home_city_source,
        {{ brand_date('demographics.gender_observed_at') }} as gender_stated_date,
        {{ brand_date('demographics.home_city_observed_at') }} as home_city_stated_date,

        -- relation
        customers.is_member,
        coalesce(memberships.is_tmall_member, false) as is_tmall_member,
        cast(memberships.member_level as string) as member_level,
        cast(memberships.member_status as string) as member_status,
        cast(memberships.register_channel as string) as register_channel,
        {{ brand_date('memberships.registered_at') }} as registered_date,
        {{ brand_date('memberships.member_since_at') }} as member_since_date,
        {{ brand_date('memberships.member_updated_at') }} as member_updated_date,
        {{ brand_date('memberships.shop_member_since_at') }} as shop_member_since_date,
        customers.is_oa_follower,
        {{ brand_date('contacts.followed_at') }} as oa_follower_since_date,
        customers.is_wecom_contact,
        {{ brand_date('contacts.wecom_added_at') }} as wecom_contact_since_date,
        coalesce(people.has_verified_phone, false) as has_verified_phone,

        -- orders
        customers.is_buyer,
        cast(coalesce(purchases.order_count, 0) as bigint) as order_count,
        cast(coalesce(purchases.kept_order_count, 0) as bigint) as kept_order_count,
        cast(coalesce(purchases.gross_cny, 0) as decimal(18, 2)) as gross_cny,
        cast(coalesce(purchases.discount_cny, 0) as decimal(18, 2)) as discount_cny,
        cast(coalesce(purchases.refunded_cny, 0) as decimal(18, 2)) as refunded_cny,
        cast(coalesce(purchases.net_revenue_cny, 0) as decimal(18, 2)) as net_revenue_cny,
        {{ fen_to_cny(rounded_quotient(
            'cast(100 * purchases.net_revenue_cny as bigint)', 'purchases.kept_order_count'
        )) }} as average_order_value_cny,
        cast(
            cast({{ rounded_quotient(
                '10000 * purchases.discounted_order_count', 'purchases.order_count'
            ) }} as decimal(18, 2)) / 100 as decimal(9, 2)
        ) as discounted_orders_pct,
        purchases.first_order_date,
        purchases.last_order_date,
        cast({{ days_between('purchases.last_order_date', 'lifecycle.as_of_date') }} as bigint)
            as recency_days,
        cast(coalesce(purchases.order_channel_count, 0) as bigint) as order_channel_count,
        cast(purchases.first_order_channel as string) as first_order_channel,
        cast(purchases.favourite_channel as string) as favourite_channel,
        cast(purchases.favourite_store_id as string) as favourite_store_id,
        cast(purchases.favourite_category as string) as favourite_category,
        cast(coalesce(purchases.category_count, 0) as bigint) as category_count,

        -- coupons and points
        cast(coalesce(coupons.coupon_count, 0) as bigint) as coupon_count,
        cast(coalesce(coupons.redeemed_coupon_count, 0) as bigint) as redeemed_coupon_count,
        cast(coalesce(coupons.expired_coupon_count, 0) as bigint) as expired_coupon_count,
        cast(coalesce(coupons.open_coupon_count, 0) as bigint) as open_coupon_count,
        cast(points.points_balance as bigint) as points_balance,
        {{ brand_date('points.last_points_at') }} as last_points_date,

        -- engagement
        engagement.first_activity_date,
        engagement.last_activity_date,
        cast(engagement.last_activity_channel as string) as last_activity_channel,
        cast(coalesce(engagement.recent_active_days, 0) as bigint) as recent_active_days,
        coalesce(engagement.recent_active_days > 0, false) as is_recently_active,

        -- scores and stages
        rfm.r_score,
        rfm.f_score,
        rfm.m_score,
        rfm.rfm_segment,
        lifecycle.lifecycle_stage,
        lifecycle.lifecycle_stage_4,
        lifecycle.aipl_stage,
        lifecycle.value_tier,
        lifecycle.stage_since_date,
        lifecycle.as_of_date

    from customers
    inner join lifecycle
        on customers.one_id = lifecycle.one_id
    left join people
        on customers.one_id = people.one_id
    left join memberships
        on customers.one_id = memberships.one_id
    left join contacts
        on customers.one_id = contacts.one_id
    left join demographics
        on customers.one_id = demographics.one_id
    left join purchases
        on customers.one_id = purchases.one_id
    left join coupons
        on customers.one_id = coupons.one_id
    left join points
        on customers.one_id = points.one_id
    left join engagement
        on customers.one_id = engagement.one_id
    left join rfm
        on customers.one_id = rfm.one_id

)

select * from final
