{#
    Grain: one row per one_id and valid_from_date: an unbroken spell in one AIPL stage.
    Each thing that makes a stage hold counts +1 on its first day and -1 on the first day after it:
    a kept order counts for loyal until the window has passed it or it was sent back, an act of
    interest until it is too old, a relation until it ends. The running sums say which stages hold
    at the end of a day; the highest one is the stage. Days up to the as-of day.
    Surprise: a spell ends by itself, on a day on which nothing happened.
#}
{%- set interest_days = definition('aipl_interest_days', 1, 3650) %}
{%- set loyal_days = definition('aipl_loyal_days', 1, 3650) %}
{%- set loyal_orders = definition('aipl_loyal_min_orders', 1, 1000) %}
{%- set no_end = 'cast(null as date)' %}
{%- set is_kept_overnight = 'unkept_date is distinct from paid_date' %}
{%- set seen_date = brand_date('first_seen_at') %}
{%- set first_date = 'least(coalesce(' ~ seen_date ~ ', as_of_date), as_of_date)' %}
with

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

customers as (

    select * from {{ ref('dim_customers') }} cross join as_of

),

purchases as (

    select * from {{ ref('int_lifecycle__purchases_sequenced') }}

),

relations as (

    select * from {{ ref('int_lifecycle__relations_dated') }}

),

acts as (

    select distinct
        one_id,
        activity_date

    from {{ ref('int_engagement__activity') }}

    where activity_type = 'interest'
        and one_id is not null

),

holds as (
    {% for what, source, from_date, to_date, condition in [
        ('known', 'customers', first_date, no_end, 'true'),
        ('order', 'purchases', 'paid_date', no_end, 'true'),
        ('loyal', 'purchases', 'paid_date', 'least(paid_date + ' ~ loyal_days ~ ', unkept_date)',
            is_kept_overnight),
        ('interest', 'acts', 'activity_date', 'activity_date + ' ~ interest_days, 'true'),
        ('interest', 'relations', 'valid_from_date', 'valid_to_date', 'true'),
    ] %}
    select
        one_id,
        '{{ what }}' as what,
        {{ from_date }} as from_date,
        {{ to_date }} as to_date

    from {{ source }}

    where {{ condition }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

changes as (

    select
        one_id,
        what,
        from_date as change_date,
        1 as change

    from holds

    union all

    select
        one_id,
        what,
        to_date as change_date,
        -1 as change

    from holds

    where to_date is not null

),

counted as (

    select
        changes.one_id,
        changes.change_date,
        {%- for what in ['order', 'loyal', 'interest'] %}
        sum(sum(case when changes.what = '{{ what }}' then changes.change else 0 end))
            over up_to_the_day as {{ what }}_count{{ ',' if not loop.last }}
        {%- endfor %}

    from changes
    cross join as_of

    where changes.change_date <= as_of.as_of_date

    group by changes.one_id, changes.change_date

    window up_to_the_day as (
        partition by changes.one_id
        order by changes.change_date
        rows between unbounded preceding and current row
    )

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
