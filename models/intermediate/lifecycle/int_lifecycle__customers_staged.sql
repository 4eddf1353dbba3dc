{#
    Grain: one row per one_id with at least one paid order.
    The lifecycle stage, and the day it began, from order dates alone: no stored history, so any
    past day can be recomputed. Stages, with N days since the last order:
    N > dormant days: churned; N > active days: dormant; else by kept orders: maturity, growth,
    introduction.
    Surprise: a customer who comes back starts the active stage on the day of that order.
#}
{%- set days = lifecycle_days() %}
{%- set growth_orders = definition('lifecycle_growth_min_orders', 2, 1000) %}
{%- set maturity_orders = definition('lifecycle_maturity_min_orders', growth_orders + 1, 1000) %}

with

purchases as (

    select * from {{ ref('int_lifecycle__purchases_sequenced') }}

),

customers as (

    select
        one_id,
        count(*) as order_count,
        count(*) filter (where is_kept) as kept_order_count,
        cast(sum(net_revenue_cny) as decimal(18, 2)) as net_revenue_cny,
        min(paid_date) as first_order_date,
        max(paid_date) as last_order_date,
        max(paid_date) filter (where is_reactivation) as active_since_date,
        min(paid_date) filter (where kept_order_number = {{ growth_orders }}) as growth_date,
        min(paid_date) filter (where kept_order_number = {{ maturity_orders }}) as maturity_date,
        {{ days_between('max(paid_date)', 'max(as_of_date)') }} as recency_days

    from purchases

    group by one_id

),

staged as (

    select
        *,
        case
            when recency_days > {{ days.dormant }} then 'churned'
            when recency_days > {{ days.active }} then 'dormant'
            when kept_order_count >= {{ maturity_orders }} then 'maturity'
            when kept_order_count >= {{ growth_orders }} then 'growth'
            else 'introduction'
        end as lifecycle_stage

    from customers

),

final as (

    select
        one_id,
        lifecycle_stage,
        case lifecycle_stage
            when 'introduction' then 'new'
            when 'growth' then 'active'
            when 'maturity' then 'active'
            else lifecycle_stage
        end as lifecycle_stage_4,
        order_count,
        kept_order_count,
        net_revenue_cny,
        recency_days,
        first_order_date,
        last_order_date,
        case lifecycle_stage
            when 'introduction' then active_since_date
            when 'growth' then greatest(active_since_date, growth_date)
            when 'maturity' then greatest(active_since_date, maturity_date)
            when 'dormant' then last_order_date + {{ days.active + 1 }}
            else last_order_date + {{ days.dormant + 1 }}
        end as stage_since_date

    from staged

)

select * from final
