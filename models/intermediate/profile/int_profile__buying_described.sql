{#
    Grain: one row per one_id with at least one paid order.
    What and how a buyer buys, as customer_360 shows it: values, preferences, own rhythm, basket.
    purchase_cycle_days is the rhythm that the lifecycle goes by (own gaps, else the category's
    cycle); cycle_position_pct says how much of it has passed since the last order.
    A view: customer_360 reads it.
    Surprise: habits (price sensitivity, favourite part of the day) need some orders first; before
    that they are null, not a guess from one purchase.
#}
{{ config(materialized='view') }}
{%- set min_orders = definition('preference_min_orders', 1, 100) %}
{%- set high_pct = definition('price_sensitivity_high_pct', 1, 100) %}
{%- set low_pct = definition('price_sensitivity_low_pct', 0, high_pct) %}
{%- set few_units = definition('basket_few_units', 1, 1000) %}
{%- set many_units = definition('basket_many_units', few_units, 1000) %}
{%- set due_pct = definition('rhythm_due_pct', 1, 100) %}
{%- set overdue_pct = definition('rhythm_overdue_pct', 100, 1000) %}
with

purchases as (

    select * from {{ ref('int_profile__purchases_summarised') }}

),

lifecycle as (

    select * from {{ ref('customer_lifecycle') }}

),

measured as (

    select
        purchases.*,
        lifecycle.rhythm_days as purchase_cycle_days,
        lifecycle.rhythm_source as purchase_cycle_source,
        cast({{ days_between('purchases.last_order_date', 'lifecycle.as_of_date') }} as bigint)
            as recency_days,
        {{ rounded_quotient(
            '10000 * purchases.discounted_order_count', 'purchases.order_count'
        ) }} as discounted_orders_bp,
        {{ rounded_quotient(
            'cast(1000000 * purchases.discounted_gross_cny as bigint)',
            'cast(100 * purchases.line_gross_cny as bigint)'
        ) }} as discounted_spend_bp,
        {{ rounded_quotient(
            'cast(1000 * purchases.unit_count as bigint)', '10 * purchases.order_with_lines_count'
        ) }} as basket_centiunits

    from purchases
    inner join lifecycle
        on purchases.one_id = lifecycle.one_id

),

positioned as (

    select
        *,
        {{ rounded_quotient('100 * recency_days', 'purchase_cycle_days') }} as cycle_position_pct

    from measured

),

final as (

    select
        one_id,
        order_count,
        kept_order_count,
        gross_cny,
        discount_cny,
        refunded_cny,
        net_revenue_cny,
        {{ fen_to_cny(rounded_quotient(
            'cast(100 * net_revenue_cny as bigint)', 'kept_order_count'
        )) }} as average_order_value_cny,
        cast(cast(discounted_orders_bp as decimal(18, 2)) / 100 as decimal(9, 2))
            as discounted_orders_pct,
        cast(cast(discounted_spend_bp as decimal(18, 2)) / 100 as decimal(9, 2))
            as discounted_spend_pct,
        case
            when order_count < {{ min_orders }} or discounted_spend_bp is null then null
            when discounted_spend_bp >= {{ 100 * high_pct }} then 'high'
            when discounted_spend_bp < {{ 100 * low_pct }} then 'low'
            else 'middle'
        end as price_sensitivity,
        cast(cast(basket_centiunits as decimal(18, 2)) / 100 as decimal(9, 2))
            as average_basket_units,
        case
            when basket_centiunits < {{ 100 * few_units }} then 'one'
            when basket_centiunits < {{ 100 * many_units }} then 'few'
            when basket_centiunits is not null then 'many'
        end as basket_size,
        first_order_date,
        last_order_date,
        recency_days,
        purchase_cycle_days,
        purchase_cycle_source,
        cycle_position_pct,
        case
            when cycle_position_pct is null then null
            when cycle_position_pct < {{ due_pct }} then 'within_cycle'
            when cycle_position_pct <= {{ overdue_pct }} then 'due'
            else 'overdue'
        end as purchase_rhythm,
        first_order_channel,
        order_channel_count,
        favourite_channel,
        favourite_store_id,
        favourite_category,
        cast(cast(favourite_category_bp as decimal(18, 2)) / 100 as decimal(9, 2))
            as favourite_category_pct,
        category_count,
        case when order_count >= {{ min_orders }} then favourite_brand end as favourite_brand,
        case when order_count >= {{ min_orders }} then favourite_price_band end
            as favourite_price_band,
        case when order_count >= {{ min_orders }} then favourite_daypart end as favourite_daypart

    from positioned

)

select * from final
