{#
    Grain: one row per one_id, scope and valid_from_date: an unbroken spell in one lifecycle stage,
    in the group (scope '') or, of who bought from several brands, within a brand.
    Every day on which something can change a stage (an order, a refund in full, the end of a
    pause's limits), the stage at the end of that day, and then only the days on which it is
    another one than before. Days up to the as-of day; the newest spell is open.
    Surprise: a stage is entered at one count of kept orders and left at a lower one, and someone
    who was away is mature again only from the second day with an order.
#}
{%- set rules = lifecycle_rules() %}

with

purchases as (

    {{ purchases_by_scope() }}

),

purchase_days as (

    select * from {{ ref('int_lifecycle__purchase_days') }}

),

events as (

    select
        one_id,
        scope,
        paid_date as event_date,
        case when unkept_date = paid_date then 0 else 1 end as kept_change,
        as_of_date

    from purchases

    union all

    select
        one_id,
        scope,
        unkept_date as event_date,
        -1 as kept_change,
        as_of_date

    from purchases

    where unkept_date > paid_date
    {%- for limit in ['dormant_date', 'churned_date'] %}

    union all

    select
        one_id,
        scope,
        {{ limit }} as event_date,
        0 as kept_change,
        as_of_date

    from purchase_days

    where coalesce({{ limit }} < next_paid_date, true)
    {%- endfor %}

),

event_days as (

    select
        one_id,
        scope,
        event_date,
        sum(kept_change) as kept_change

    from events

    where event_date <= as_of_date

    group by one_id, scope, event_date

),

orders_counted as (

    select
        *,
        sum(kept_change) over (
            partition by one_id, scope
            order by event_date
            rows between unbounded preceding and current row
        ) as kept_order_count,
        row_number() over (partition by one_id, scope order by event_date) as event_no

    from event_days

),

levels_reached as (

    select
        one_id,
        scope,
        event_date,
        kept_change,
        -- The newest day that entered (odd) or left (even) the level decides.
        {%- for level in ['growth', 'maturity'] %}
        coalesce(max(
            case
                when kept_order_count >= {{ rules[level] }} then 2 * event_no + 1
                when kept_order_count < {{ rules[level ~ '_keep'] }} then 2 * event_no
            end
        ) over (
            partition by one_id, scope
            order by event_date
            rows between unbounded preceding and current row
        ), 0) % 2 = 1 as is_{{ level }}{{ ',' if not loop.last }}
        {%- endfor %}

    from orders_counted

),

staged as (

    select
        levels_reached.one_id,
        levels_reached.scope,
        levels_reached.event_date,
        levels_reached.kept_change,
        case
            when levels_reached.event_date >= purchase_days.churned_date then 'churned'
            when levels_reached.event_date >= purchase_days.dormant_date then 'dormant'
            when levels_reached.is_maturity
                and coalesce(purchase_days.purchase_day_no > purchase_days.return_day_no, true)
                then 'maturity'
            when levels_reached.is_growth then 'growth'
            else 'introduction'
        end as stage

    from levels_reached
    inner join purchase_days
        on levels_reached.one_id = purchase_days.one_id
        and levels_reached.scope = purchase_days.scope
        and levels_reached.event_date >= purchase_days.paid_date
        and coalesce(levels_reached.event_date < purchase_days.next_paid_date, true)

),

compared as (

    select
        *,
        lag(stage) over (partition by one_id, scope order by event_date) as previous_stage

    from staged

),

final as (

    select
        one_id,
        scope,
        stage,
        previous_stage,
        case
            when previous_stage is null then 'first_order'
            when stage in ('dormant', 'churned') then 'pause'
            when previous_stage in ('dormant', 'churned') then 'return'
            when stage = 'maturity' or previous_stage = 'introduction' then 'order'
            else 'refund'
        end as reason,
        event_date as valid_from_date,
        lead(event_date) over (partition by one_id, scope order by event_date) as valid_to_date

    from compared

    where stage is distinct from previous_stage

)

select * from final
