{#
    Grain: one row per one_id and valid_from_date: an unbroken spell in one AIPL stage.
    Each thing that makes a stage hold counts +1 on its first day and -1 on the first day after
    it: a kept order counts for loyal until the window has passed it or it was sent back, acts of
    interest until the last one is too old, a relation until it ends. The running sums say which
    stages hold at the end of a day; the highest one is the stage. Days up to the as-of day.
    Surprise: a spell ends by itself, on a day on which nothing happened.
#}
{%- set interest_days = definition('aipl_interest_days', 1, 3650) %}
{%- set loyal_days = definition('aipl_loyal_days', 1, 3650) %}
{%- set loyal_orders = definition('aipl_loyal_min_orders', 1, 1000) %}

with

customers as (

    select * from {{ ref('dim_customers') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

purchases as (

    select * from {{ ref('int_lifecycle__purchases_sequenced') }}

),

relations as (

    select * from {{ ref('int_lifecycle__relations_dated') }}

),

interest_days as (

    select distinct
        one_id,
        activity_date

    from {{ ref('int_engagement__activity') }}

    where activity_type = 'interest'
        and one_id is not null

),

interest_pauses as (

    select
        *,
        lag(activity_date) over (partition by one_id order by activity_date)
            as previous_activity_date,
        lead(activity_date) over (partition by one_id order by activity_date)
            as next_activity_date

    from interest_days

),

changes as (

    select
        one_id,
        least(
            coalesce({{ brand_date('customers.first_seen_at') }}, as_of.as_of_date),
            as_of.as_of_date
        ) as change_date,
        0 as order_change,
        0 as loyal_change,
        0 as interest_change

    from customers
    cross join as_of

    union all

    select
        one_id,
        paid_date as change_date,
        1 as order_change,
        case when unkept_date = paid_date then 0 else 1 end as loyal_change,
        0 as interest_change

    from purchases

    union all

    select
        one_id,
        least(paid_date + {{ loyal_days }}, unkept_date) as change_date,
        0 as order_change,
        -1 as loyal_change,
        0 as interest_change

    from purchases

    where unkept_date is distinct from paid_date

    union all

    select
        one_id,
        activity_date as change_date,
        0 as order_change,
        0 as loyal_change,
        1 as interest_change

    from interest_pauses

    where coalesce(
            {{ days_between('previous_activity_date', 'activity_date') }} >= {{ interest_days }},
            true
        )

    union all

    select
        one_id,
        activity_date + {{ interest_days }} as change_date,
        0 as order_change,
        0 as loyal_change,
        -1 as interest_change

    from interest_pauses

    where coalesce(
            {{ days_between('activity_date', 'next_activity_date') }} >= {{ interest_days }}, true
        )

    union all

    select
        one_id,
        valid_from_date as change_date,
        0 as order_change,
        0 as loyal_change,
        1 as interest_change

    from relations

    union all

    select
        one_id,
        valid_to_date as change_date,
        0 as order_change,
        0 as loyal_change,
        -1 as interest_change

    from relations

    where valid_to_date is not null

),

change_days as (

    select
        changes.one_id,
        changes.change_date,
        sum(changes.order_change) as order_change,
        sum(changes.loyal_change) as loyal_change,
        sum(changes.interest_change) as interest_change

    from changes
    cross join as_of

    where changes.change_date <= as_of.as_of_date

    group by changes.one_id, changes.change_date

),

counted as (

    select
        one_id,
        change_date,
        {%- for count in ['order', 'loyal', 'interest'] %}
        sum({{ count }}_change) over (
            partition by one_id
            order by change_date
            rows between unbounded preceding and current row
        ) as {{ count }}_count{{ ',' if not loop.last }}
        {%- endfor %}

    from change_days

),

staged as (

    select
        one_id,
        change_date,
        case
            when loyal_count >= {{ loyal_orders }} then 4
            when order_count > 0 then 3
            when interest_count > 0 then 2
            else 1
        end as stage_no

    from counted

),

compared as (

    select
        *,
        lag(stage_no) over (partition by one_id order by change_date) as previous_stage_no

    from staged

),

final as (

    select
        one_id,
        case stage_no
            when 4 then 'loyal' when 3 then 'purchase' when 2 then 'interest' else 'aware'
        end as stage,
        case
            when previous_stage_no is null then 'first_known'
            when stage_no < previous_stage_no
                then case stage_no when 3 then 'loyal_ended' else 'interest_ended' end
            when stage_no = 4 then 'loyal_orders'
            when stage_no = 3 then 'order'
            else 'interest'
        end as reason,
        change_date as valid_from_date,
        lead(change_date) over (partition by one_id order by change_date) as valid_to_date

    from compared

    where stage_no is distinct from previous_stage_no

)

select * from final
