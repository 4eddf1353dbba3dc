{#
    Grain: one row per identifier_token that belongs to a person, with its one_id.
    Who is whom today; int_identity__resolution adds who was whom when a fact happened.
#}
with

persons as (

    select * from {{ ref('int_identity__persons') }}

),

person_ids as (

    select * from {{ ref('int_identity__person_ids') }}

),

identifiers as (

    select * from {{ ref('int_identity__identifiers') }}

),

final as (

    select
        person_ids.one_id,
        persons.previous_one_id,
        persons.identifier_token,
        identifiers.identifier_type,
        identifiers.identifier_scope,
        identifiers.identifier_class,
        identifiers.identifier_rank,
        identifiers.source_channels,
        identifiers.record_count,
        identifiers.first_seen_at,
        identifiers.last_seen_at

    from persons
    inner join person_ids
        on persons.component_key = person_ids.component_key
    inner join identifiers
        on persons.identifier_token = identifiers.identifier_token

)

select * from final
