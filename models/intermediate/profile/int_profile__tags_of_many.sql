{#
    Grain: one row per one_id, tag and value of the tags that may hold several values at once.
    The tags of macros/profile/tag_declarations.sql that name no column of customer_360.
    A view: customer_tags reads it.
#}
{{ config(materialized='view') }}
{%- set min_pct = definition('preference_min_pct', 1, 100) %}
{%- set min_orders = definition('preference_min_orders', 1, 100) %}
with

purchases as (

    select * from {{ ref('int_profile__purchases_summarised') }}

),

preferences as (

    select * from {{ ref('int_profile__preferences') }}

),

final as (

    select
        one_id,
        'life_stage' as tag,
        concat(programme, ':', stage) as value,
        stage_since_date as valid_from

    from {{ ref('int_profile__life_stages') }}

    union all

    select
        one_id,
        'seen_channel' as tag,
        channel as value,
        {{ brand_date('first_seen_at') }} as valid_from

    from {{ ref('int_profile__channels_seen') }}

    union all

    select
        one_id,
        'reachable_channel' as tag,
        channel as value,
        as_of_date as valid_from

    from {{ ref('customer_reachability') }}

    where is_reachable

    union all

    select
        preferences.one_id,
        'preferred_category' as tag,
        preferences.facet_value as value,
        {{ brand_date('preferences.last_paid_at') }} as valid_from

    from preferences
    inner join purchases
        on preferences.one_id = purchases.one_id

    where preferences.facet = 'category'
        and purchases.order_count >= {{ min_orders }}
        and 100 * preferences.purchase_count >= {{ min_pct }} * preferences.facet_purchase_count

    union all

    select
        replenishments.one_id,
        'replenishment_due' as tag,
        replenishments.category as value,
        as_of.as_of_date as valid_from

    from {{ ref('int_profile__replenishments') }} as replenishments
    cross join {{ ref('int_run__as_of') }} as as_of

    where replenishments.replenishment_state = 'due'

    union all

    select
        one_id,
        'touched_channel' as tag,
        channel as value,
        last_activity_date as valid_from

    from {{ ref('int_profile__engagement_by_channel') }}

)

select * from final
