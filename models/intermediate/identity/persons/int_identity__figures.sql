{#
    Grain: one row per metric and dimension (identifier type, bucket or rule; 'all' where none).
    The figures of today that hint at how right the OneID is when nobody knows the truth.
#}
with

assignments as (

    select * from {{ ref('int_identity__assignments') }}

),

refused as (

    select * from {{ ref('int_identity__observations_refused') }}

),

history_before as (

    select history.*

    from {{ ref('int_identity__history') }} as history
    cross join {{ ref('int_run__as_of') }} as as_of

    where history.valid_from_date < as_of.as_of_date
        and coalesce(history.valid_to_date >= as_of.as_of_date, true)

),

-- Whose person of the day before is another one today; not those without one then or now.
history_changed as (

    select history_before.identifier_token

    from history_before
    inner join assignments
        on history_before.identifier_token = assignments.identifier_token

    where history_before.one_id <> assignments.one_id

),

people as (

    select
        one_id,
        count(*) as identifier_count

    from assignments

    group by one_id

),

people_sized as (

    select
        identifier_count,
        case
            when identifier_count <= 3 then cast(identifier_count as string)
            when identifier_count <= 5 then '4-5'
            when identifier_count <= 10 then '6-10'
            when identifier_count <= 20 then '11-20'
            else 'over 20'
        end as size_bucket

    from people

),

final as (

    select
        'people' as metric,
        'all' as dimension,
        cast(count(*) as double) as value

    from people_sized

    union all

    select
        'identifiers_per_person' as metric,
        'all' as dimension,
        coalesce(avg(cast(identifier_count as double)), 0) as value

    from people_sized

    union all

    select
        'largest_cluster' as metric,
        'all' as dimension,
        coalesce(cast(max(identifier_count) as double), 0) as value

    from people_sized

    union all

    select
        'people_by_identifiers' as metric,
        size_bucket as dimension,
        cast(count(*) as double) as value

    from people_sized

    group by size_bucket

    union all

    select
        'identifiers' as metric,
        identifier_type as dimension,
        cast(count(*) as double) as value

    from assignments

    group by identifier_type

    union all

    select
        'people_with' as metric,
        identifier_type as dimension,
        cast(count(distinct one_id) as double) as value

    from assignments

    group by identifier_type

    union all

    select
        'identifiers_known_before' as metric,
        'all' as dimension,
        cast(count(distinct identifier_token) as double) as value

    from history_before

    union all

    select
        'identifiers_with_changed_one_id' as metric,
        'all' as dimension,
        cast(count(*) as double) as value

    from history_changed

    union all

    select
        concat('refused_', reason) as metric,
        identifier_type as dimension,
        cast(sum(record_count) as double) as value

    from refused

    group by reason, identifier_type

)

select * from final
