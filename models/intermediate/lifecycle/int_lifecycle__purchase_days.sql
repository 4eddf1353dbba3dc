{#
    Grain: one row per one_id, scope ('' the group, else a brand) and day with a paid order.
    The rhythm a person buys in, as it could be known on that day, and how long a pause may last
    from there: own gaps once there are enough, else the shortest repurchase cycle the catalogue
    states for the goods of that day, else the fixed limits.
    Surprise: nothing looks ahead and nobody else's orders count, nor another brand's in a brand's
    scope, so a later order or a late file about another person never moves a limit that has passed.
#}
{%- set rules = lifecycle_rules() %}

with

purchases as (

    {{ purchases_by_scope() }}

),

lines as (

    select * from {{ ref('fct_order_lines') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

cycles as (

    select
        lines.order_id,
        min(products.repurchase_cycle_days) as cycle_days

    from lines
    inner join products
        on lines.sku = products.sku

    where products.repurchase_cycle_days > 0

    group by lines.order_id

),

days as (

    select
        purchases.one_id,
        purchases.scope,
        purchases.paid_date,
        min(cycles.cycle_days) as cycle_days,
        max(purchases.as_of_date) as as_of_date

    from purchases
    left join cycles
        on purchases.order_id = cycles.order_id

    group by purchases.one_id, purchases.scope, purchases.paid_date

),

days_numbered as (

    select
        *,
        row_number() over (partition by one_id, scope order by paid_date) as purchase_day_no,
        lag(paid_date) over (partition by one_id, scope order by paid_date) as previous_paid_date,
        lead(paid_date) over (partition by one_id, scope order by paid_date) as next_paid_date,
        coalesce(
            lag(paid_date, {{ rules.max_gaps }})
                over (partition by one_id, scope order by paid_date),
            min(paid_date) over (partition by one_id, scope)
        ) as gaps_from_date

    from days

),

gaps_measured as (

    select
        *,
        case
            when purchase_day_no > {{ rules.min_gaps }} then {{ rounded_quotient(
                days_between('gaps_from_date', 'paid_date'),
                'least(purchase_day_no - 1, ' ~ rules.max_gaps ~ ')'
            ) }}
        end as own_gap_days

    from days_numbered

),

rhythms_chosen as (

    select
        *,
        case
            when own_gap_days is not null then 'own'
            when cycle_days is not null then 'category'
            else 'fixed'
        end as rhythm_source,
        greatest(
            {{ rules.shortest }}, least({{ rules.longest }}, coalesce(own_gap_days, cycle_days))
        ) as bounded_days,
        coalesce(own_gap_days, cycle_days) is not null as has_rhythm

    from gaps_measured

),

limits_set as (

    select
        *,
        case when has_rhythm then bounded_days end as rhythm_days,
        cast(case
            when has_rhythm then floor({{ rules.dormant_rhythms }} * bounded_days)
            else {{ rules.active }}
        end as integer) as active_days,
        cast(case
            when has_rhythm then floor({{ rules.churned_rhythms }} * bounded_days)
            else {{ rules.dormant }}
        end as integer) as dormant_days

    from rhythms_chosen

),

returns_found as (

    select
        *,
        -- Active through day active_days; the day after next is the first that a pause can end on.
        coalesce(
            {{ days_between('previous_paid_date', 'paid_date') }} > 1
            + lag(active_days) over (partition by one_id, scope order by paid_date),
            false
        ) as is_return

    from limits_set

),

final as (

    select
        one_id,
        scope,
        rhythm_source,
        cast(purchase_day_no as bigint) as purchase_day_no,
        cast(rhythm_days as bigint) as rhythm_days,
        active_days,
        dormant_days,
        -- The newest return up to this day; null as long as the person never was away.
        cast(max(case when is_return then purchase_day_no end) over (
            partition by one_id, scope
            order by paid_date
            rows between unbounded preceding and current row
        ) as bigint) as return_day_no,
        is_return,
        paid_date,
        next_paid_date,
        paid_date + active_days + 1 as dormant_date,
        paid_date + dormant_days + 1 as churned_date,
        as_of_date

    from returns_found

)

select * from final
