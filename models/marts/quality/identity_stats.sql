{#
    Grain: one row per as_of_date, metric and dimension; one day for every published run.
    Watch these over time: identifiers per person, how many people have how many, conflicts by rule,
    the share of orders with a person by channel, and how many identifiers changed their one_id.
#}
with

as_of as (

    select as_of_date from {{ ref('int_run__as_of') }}

),

earlier as (

    select
        stats.as_of_date,
        stats.metric,
        stats.dimension,
        stats.value

    from {{ source('state', 'identity_stats') }} as stats
    cross join as_of

    where stats.as_of_date < as_of.as_of_date

),

figures as (

    select * from {{ ref('int_identity__figures') }}

),

conflicts as (

    select
        'conflicts' as metric,
        split_part(rule, ':', 1) as dimension,
        cast(count(*) as double) as value

    from {{ ref('identity_conflicts') }}

    group by split_part(rule, ':', 1)

),

orders_resolved as (

    select
        'orders_with_a_person_ratio' as metric,
        channel as dimension,
        cast(count(one_id) as double) / count(*) as value

    from {{ ref('fct_orders') }}

    group by channel

),

today as (

    select * from figures
    union all
    select * from conflicts
    union all
    select * from orders_resolved

),

final as (

    select
        cast(as_of_date as date) as as_of_date,
        cast(metric as string) as metric,
        cast(dimension as string) as dimension,
        cast(value as double) as value

    from earlier

    union all

    select
        cast(as_of.as_of_date as date) as as_of_date,
        cast(today.metric as string) as metric,
        cast(today.dimension as string) as dimension,
        cast(coalesce(today.value, 0) as double) as value

    from today
    cross join as_of

)

select * from final
