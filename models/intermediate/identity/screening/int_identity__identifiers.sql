{#
    Grain: one row per identifier_token that may link, with all that is known about it.
    limit_key names what may occur only so often in one person: type and scope; null for a
    superseded identifier, which counts for nothing.
#}
with

observations as (

    select * from {{ ref('int_identity__observations_allowed') }}

),

superseded as (

    select identifier_token from {{ ref('int_identity__superseded') }}

),

identifier_types as (

    select * from {{ ref('identifier_types') }}

),

observations_summed as (

    select
        identifier_token,
        min(identifier_type) as identifier_type,
        max(identifier_scope) as identifier_scope,
        min(identifier_rank) as identifier_rank,
        min(case identifier_class when 'unique' then 1 when 'many' then 2 else 3 end) as class_no,
        cast(sum(record_count) as bigint) as record_count,
        min(first_observed_at) as first_seen_at,
        max(last_observed_at) as last_seen_at,
        {{ sorted_text_list('channel') }} as source_channels

    from observations

    group by identifier_token

),

final as (

    select
        summed.identifier_token,
        summed.identifier_type,
        summed.identifier_scope,
        case summed.class_no when 1 then 'unique' when 2 then 'many' else 'weak' end
            as identifier_class,
        summed.identifier_rank,
        case
            when superseded.identifier_token is null
                then concat(summed.identifier_type, ':', coalesce(summed.identifier_scope, ''))
        end as limit_key,
        case
            when superseded.identifier_token is null
                then coalesce(
                    case when summed.class_no = 3 then weak_rules.max_values_per_person end,
                    rules.max_values_per_person
                )
        end as max_values_per_person,
        summed.source_channels,
        summed.record_count,
        summed.first_seen_at,
        summed.last_seen_at

    from observations_summed as summed
    inner join identifier_types as rules
        on summed.identifier_type = rules.identifier_type
    left join identifier_types as weak_rules
        on concat(summed.identifier_type, '_unverified') = weak_rules.identifier_type
    left join superseded
        on summed.identifier_token = superseded.identifier_token

)

select * from final
