{#
    Grain: one row per weak identifier_token that is not a strong one too.
    decision: attached (seen with one person only), shared (with several: it belongs to none),
    standalone (with none, and its type forms a person: a phone given at the till), anonymous
    (with none, and its type does not: a device before anybody logged in).
#}
with

observations as (

    select * from {{ ref('int_identity__observations_allowed') }}

),

components as (

    select * from {{ ref('int_identity__strong_components') }}

),

orphans as (

    select * from {{ ref('int_identity__orphan_attachments') }}

),

identifier_types as (

    select * from {{ ref('identifier_types') }}

),

weak_tokens as (

    select
        observations.identifier_token,
        observations.identifier_type

    from observations
    left join components
        on observations.identifier_token = components.identifier_token

    where observations.identifier_class = 'weak'
        and components.identifier_token is null

    group by observations.identifier_token, observations.identifier_type

),

persons_counted as (

    select
        links.identifier_token,
        count(distinct coalesce(orphans.host_component_key, links.component_key)) as person_count,
        min(coalesce(orphans.host_component_key, links.component_key)) as component_key

    from {{ ref('int_identity__weak_links') }} as links
    left join orphans
        on links.component_key = orphans.component_key

    group by links.identifier_token

),

final as (

    select
        weak_tokens.identifier_token,
        weak_tokens.identifier_type,
        case
            when persons.person_count = 1 then persons.component_key
            when persons.person_count is null and identifier_types.forms_person
                then weak_tokens.identifier_token
        end as component_key,
        case
            when persons.person_count = 1 then 'attached'
            when persons.person_count > 1 then 'shared'
            when identifier_types.forms_person then 'standalone'
            else 'anonymous'
        end as decision,
        coalesce(persons.person_count, 0) as person_count

    from weak_tokens
    inner join identifier_types
        on weak_tokens.identifier_type = identifier_types.identifier_type
    left join persons_counted as persons
        on weak_tokens.identifier_token = persons.identifier_token

)

select * from final
