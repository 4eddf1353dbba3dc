{#
    Grain: one row per as_of_date, metric and identifier_type ('all' where it is not by type).
    The figures that hint at how right the OneID is when nobody knows the truth.
#}
with

as_of as (

    select as_of_date from {{ ref('int_run__as_of') }}

),

assignments as (

    select * from {{ ref('int_identity__assignments') }}

),

refused as (

    select * from {{ ref('int_identity__observations_refused') }}

),

conflicts as (

    select * from {{ ref('identity_conflicts') }}

),

people as (

    select
one_id,
count(*) as identifier_count
from assignments group by one_id

),

metrics as (

    select
'people' as metric,
'all' as identifier_type,
cast(count(*) as double) as value
    from people
    union all
    select
'identifiers_per_person',
'all',
avg(cast(identifier_count as double))
    from people
    union all
    select
'largest_cluster',
'all',
cast(max(identifier_count) as double)
    from people
    union all
    select
'identifiers',
identifier_type,
cast(count(*) as double)
    from assignments
    group by identifier_type
    union all
    select
'people_with',
identifier_type,
cast(count(distinct one_id) as double)
    from assignments
    group by identifier_type
    union all
    select
concat('refused_', reason),
identifier_type,
cast(sum(record_count) as double)
    from refused
    group by reason, identifier_type
    union all
    select
concat('conflict_', rule),
identifier_type,
cast(count(*) as double)
    from conflicts
    group by rule, identifier_type

),

final as (

    select
        cast(as_of.as_of_date as date) as as_of_date,
        cast(metrics.metric as string) as metric,
        cast(metrics.identifier_type as string) as identifier_type,
        cast(coalesce(metrics.value, 0) as double) as value

    from metrics
    cross join as_of

)

select * from final
