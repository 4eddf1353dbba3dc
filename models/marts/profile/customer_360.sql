{#
    Grain: one row per one_id of dim_customers, customer or not.
    Everything marketing asks about one person, side by side; customer_tags is the long form.
    Surprise: counts are 0 where nothing happened and null where the question does not apply, such
    as the recency of someone who never bought.
#}
with

described as (

    select * from {{ ref('int_profile__customers_described') }}

),

buying as (

    select * from {{ ref('int_profile__buying_described') }}

),

replenishments as (

    select * from {{ ref('int_profile__replenishments_next') }}

),

benefits as (

    select * from {{ ref('int_profile__benefits_described') }}

),

engagement as (

    select * from {{ ref('int_profile__engagement_summarised') }}

),

reach as (

    select * from {{ ref('int_profile__reach_pivoted') }}

),

rfm as (

    select * from {{ ref('customer_rfm') }}

),

lifecycle as (

    select * from {{ ref('customer_lifecycle') }}

),

final as (

    select
        described.*,

        -- orders
        {%- for column in [
            'order_count', 'kept_order_count', 'order_channel_count', 'category_count'
        ] %}
        cast(coalesce(buying.{{ column }}, 0) as bigint) as {{ column }},
        {%- endfor %}
        {%- for column in ['gross_cny', 'discount_cny', 'refunded_cny', 'net_revenue_cny'] %}
        cast(coalesce(buying.{{ column }}, 0) as decimal(18, 2)) as {{ column }},
        {%- endfor %}
        {%- for column in [
            'average_order_value_cny', 'discounted_orders_pct', 'discounted_spend_pct',
            'price_sensitivity', 'average_basket_units', 'basket_size', 'first_order_date',
            'last_order_date', 'recency_days', 'purchase_cycle_days', 'purchase_cycle_source',
            'cycle_position_pct', 'purchase_rhythm', 'first_order_channel', 'favourite_channel',
            'favourite_store_id', 'favourite_category', 'favourite_category_pct',
            'favourite_brand', 'favourite_price_band', 'favourite_daypart'
        ] %}
        buying.{{ column }},
        {%- endfor %}
        cast(replenishments.replenishment_category as string) as replenishment_category,
        cast(replenishments.replenishment_due_date as date) as replenishment_due_date,
        cast(replenishments.replenishment_state as string) as replenishment_state,

        -- coupons, points, referrals
        {%- for column in [
            'coupon_count', 'taken_coupon_count', 'redeemed_coupon_count', 'expired_coupon_count',
            'open_coupon_count', 'coupon_order_count', 'coupon_behaviour',
            'next_coupon_expiry_date', 'points_balance', 'expiring_points',
            'next_points_expiry_date', 'last_points_date', 'is_invited', 'inviter_one_id',
            'invited_people_count', 'referral_depth', 'invited_date'
        ] %}
        benefits.{{ column }},
        {%- endfor %}

        -- engagement and reach
        engagement.first_activity_date,
        engagement.last_activity_date,
        cast(engagement.last_activity_channel as string) as last_activity_channel,
        {%- for channel in touched_channels() %}
        engagement.last_{{ channel }}_date,
        {%- endfor %}
        cast(coalesce(engagement.recent_active_days, 0) as bigint) as recent_active_days,
        cast(coalesce(engagement.recent_visit_count, 0) as bigint) as recent_visit_count,
        coalesce(engagement.recent_active_days > 0, false) as is_recently_active,
        {%- for channel in var('reach_channels') %}
        reach.is_reachable_{{ channel }},
        {%- endfor %}
        cast(reach.reachable_channel_count as bigint) as reachable_channel_count,
        cast(reach.subscription_credits_left as bigint) as subscription_credits_left,
        reach.has_asked_to_be_erased,
        {{ brand_date('reach.last_message_at') }} as last_message_date,

        -- scores and stages
        rfm.r_score,
        rfm.f_score,
        rfm.m_score,
        rfm.rfm_segment,
        lifecycle.lifecycle_stage,
        lifecycle.lifecycle_stage_4,
        case
            when lifecycle.lifecycle_stage_4 in ('new', 'active')
                and buying.purchase_rhythm = 'overdue'
                then 'at_risk'
            else lifecycle.lifecycle_stage_4
        end as customer_status,
        lifecycle.aipl_stage,
        lifecycle.value_tier,
        lifecycle.stage_since_date

    from described
    inner join lifecycle on described.one_id = lifecycle.one_id
    left join buying on described.one_id = buying.one_id
    left join replenishments on described.one_id = replenishments.one_id
    inner join benefits on described.one_id = benefits.one_id
    left join engagement on described.one_id = engagement.one_id
    left join reach on described.one_id = reach.one_id
    left join rfm on described.one_id = rfm.one_id

)

select * from final
