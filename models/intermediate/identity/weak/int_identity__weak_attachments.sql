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

places as (

    select
        identifier_token,
        component_key

    from weak_tokens

    where person_count = 1
        and strength_no <= max_values_per_person

    union all

    select
        clusters.identifier_token,
        coalesce(orphans.host_component_key, clusters.component_key) as component_key

    from clusters
    left join orphans
        on clusters.component_key = orphans.component_key

),

kept_apart as (

    select
        manual_links.token_a,
        manual_links.token_b

    from {{ ref('int_identity__manual_links') }} as manual_links
    inner join places as places_a
        on manual_links.token_a = places_a.identifier_token
    inner join places as places_b
        on manual_links.token_b = places_b.identifier_token
        and places_a.component_key = places_b.component_key

    where manual_links.link = 'cannot'

),

tokens_kept_apart as (

    select token_a as identifier_token from kept_apart
    union distinct
    select token_b as identifier_token from kept_apart

),

weak_tokens_decided as (

    select
        weak_tokens.*,
        case
            when person_count = 1 and strength_no > max_values_per_person then 'over_limit'
            when tokens_kept_apart.identifier_token is not null then 'kept_apart'
            when person_count = 1 then 'attached'
            when person_count > 1 then 'shared'
            when forms_person then 'standalone'
            else 'anonymous'
        end as decision

    from weak_tokens
    left join tokens_kept_apart
        on weak_tokens.identifier_token = tokens_kept_apart.identifier_token

),

final as (

    select
        identifier_token,
        identifier_type,
        case
            when decision = 'attached' then component_key
            when decision = 'standalone' or (decision = 'kept_apart' and forms_person)
                then identifier_token
        end as component_key,
        decision,
        cast(person_count as bigint) as person_count

    from weak_tokens_decided

)

select * from final
