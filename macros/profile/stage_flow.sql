{#
    People by their stage on two dates, as a complete select; the body of rpt_aipl_flow and
    rpt_lifecycle_flow. The standard pairs of dates end on the as-of day (one day, 7 days, 30 days,
    the month so far) or are the ends of the 12 newest whole months and of the months before them.
    Any other pair: `yutang flow`.

    Args:
        stage_kind: a stage_kind of customer_lifecycle_history.
#}
{% macro stage_flow(stage_kind) -%}
with

spells as (

    select * from {{ ref('customer_lifecycle_history') }}

    where stage_kind = '{{ stage_kind }}'

),

as_of as (

    select
        as_of_date,
        -- First day after the newest whole month.
        cast(date_trunc('month', as_of_date + 1) as date) as month_start_date

    from {{ ref('int_run__as_of') }}

),

pairs as (

    {% for period, days in {'1_day': 1, '7_days': 7, '30_days': 30}.items() -%}
    select
        '{{ period }}' as period_type,
        as_of_date - {{ days }} as from_date,
        as_of_date as to_date

    from as_of

    union all

    {% endfor -%}
    select
        'month_to_date' as period_type,
        month_start_date - 1 as from_date,
        as_of_date as to_date

    from as_of

    where month_start_date <= as_of_date
    {% for month in range(12) %}
    union all

    select
        'month' as period_type,
        cast(month_start_date - interval '{{ month + 1 }}' month as date) - 1 as from_date,
        cast(month_start_date - interval '{{ month }}' month as date) - 1 as to_date

    from as_of
    {% endfor %}
),

stages_at_the_end as (

    select
        pairs.period_type,
        pairs.from_date,
        pairs.to_date,
        spells.one_id,
        spells.stage as to_stage

    from spells
    inner join pairs
        on spells.valid_from_date <= pairs.to_date
        and coalesce(spells.valid_to_date > pairs.to_date, true)

),

flows as (

    select
        ends.period_type,
        ends.from_date,
        ends.to_date,
        coalesce(spells.stage, 'none') as from_stage,
        ends.to_stage,
        count(*) as people

    from stages_at_the_end as ends
    left join spells
        on ends.one_id = spells.one_id
        and spells.valid_from_date <= ends.from_date
        and coalesce(spells.valid_to_date > ends.from_date, true)

    group by
        ends.period_type, ends.from_date, ends.to_date, coalesce(spells.stage, 'none'),
        ends.to_stage

),

final as (

    select
        cast(period_type as string) as period_type,
        cast(from_stage as string) as from_stage,
        cast(to_stage as string) as to_stage,
        cast(people as bigint) as people,
        cast(from_date as date) as from_date,
        cast(to_date as date) as to_date

    from flows

)

select * from final
{%- endmacro %}
