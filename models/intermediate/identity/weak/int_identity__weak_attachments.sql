{#
    Grain: one row per weak identifier_token that is not a strong one too.
    decision: attached (seen with one person only), shared (with several: it belongs to none),
    over_limit (with one person, who has enough stronger ones of the type), standalone (with none,
    and its type forms a person: a phone given at the till), anonymous (with none, and its type
    does not: a device before anybody logged in).
#}
with

identifiers as (

    select * from {{ ref('int_identity__identifiers') }}

    where identifier_class = 'weak'

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

orphans as (

    select * from {{ ref('int_identity__orphan_attachments') }}

    where refused_rule is null

),

identifier_types as (

    select * from {{ ref('identifier_types') }}

),

meetings as (

    select
        links.identifier_token,
        coalesce(orphans.host_component_key, links.component_key) as component_key,
        links.record_count,
        links.first_observed_at

    from {{ ref('int_identity__weak_links') }} as links
    left join orphans
        on links.component_key = orphans.component_key

),

persons_counted as (

    select
        identifier_token,
        count(distinct component_key) as person_count,
        min(component_key) as component_key,
        cast(sum(record_count) as bigint) as record_count,
        min(first_observed_at) as first_observed_at

    from meetings

    group by identifier_token

),

weak_tokens as (

    select
        identifiers.identifier_token,
        identifiers.identifier_type,
        identifiers.max_values_per_person,
        coalesce(identifier_types.forms_person, false) as forms_person,
        coalesce(persons.person_count, 0) as person_count,
        persons.component_key,
        row_number() over (
            partition by persons.component_key, identifiers.limit_key, persons.person_count
            order by
                persons.record_count desc, persons.first_observed_at asc nulls last,
                identifiers.identifier_token asc
        ) as strength_no

    from identifiers
    inner join identifier_types
        on identifiers.identifier_type = identifier_types.identifier_type
    left join clusters
        on identifiers.identifier_token = clusters.identifier_token
    left join persons_counted as persons
        on identifiers.identifier_token = persons.identifier_token

    where clusters.identifier_token is null

),

weak_tokens_decided as (

    select
        *,
        case
            when person_count = 1 and strength_no > max_values_per_person then 'over_limit'
            when person_count = 1 then 'attached'
            when person_count > 1 then 'shared'
            when forms_person then 'standalone'
            else 'anonymous'
        end as decision

    from weak_tokens

),

final as (

    select
        identifier_token,
        identifier_type,
        case decision
            when 'attached' then component_key
            when 'standalone' then identifier_token
        end as component_key,
        decision,
        cast(person_count as bigint) as person_count

    from weak_tokens_decided

)

select * from final
