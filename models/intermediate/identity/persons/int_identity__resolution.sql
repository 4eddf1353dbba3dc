{#
    Grain: one row per identifier_token, is_verified use and time span in which it names a person.
    What facts join to, at the time of the fact (macro resolved_at): a fact with a verified
    identifier joins is_verified, a fact with a value typed by staff joins not is_verified, where a
    store's own phone names nobody even if the cashier registered it as hers. Nearly all
    identifiers have one span without bounds; null bounds are open. Hashed forms resolve like the
    value they were made from.
#}
with

assignments as (

    select
        identifier_token,
        one_id

    from {{ ref('int_identity__assignments') }}

),

past_owners as (

    select * from {{ ref('int_identity__past_owners') }}

),

blocked_unverified as (

    select identifier_token

    from {{ ref('int_identity__blocked') }}

    where blocked_use = 'unverified'

),

shared_unverified as (

    select identifier_token

    from {{ ref('int_identity__weak_links') }}

    group by identifier_token

    having count(distinct component_key) > (
        select max(max_people_per_value)
        from {{ ref('identifier_types') }}
        where identifier_type = 'phone_unverified'
    )

),

spans as (

    select
        assignments.identifier_token,
        assignments.one_id,
        max(past_owners.valid_to_at) as valid_from_at,
        cast(null as timestamp) as valid_to_at

    from assignments
    left join past_owners
        on assignments.identifier_token = past_owners.identifier_token

    group by assignments.identifier_token, assignments.one_id

    union all

    select
        identifier_token,
        one_id,
        valid_from_at,
        valid_to_at

    from past_owners

),

spans_by_use as (

    select
        *,
        true as is_verified
    from spans

    union all

    select
        spans.*,
        false as is_verified
    from spans
    left join blocked_unverified
        on spans.identifier_token = blocked_unverified.identifier_token
    left join shared_unverified
        on spans.identifier_token = shared_unverified.identifier_token
    where blocked_unverified.identifier_token is null
        and shared_unverified.identifier_token is null

),

aliases_seen as (

    select distinct
        aliases.alias_token,
        aliases.identifier_token

    from {{ ref('int_identity__aliases') }} as aliases
    inner join {{ source('ingest', 'observations') }} as observations
        on aliases.alias_token = observations.identifier_token
        and aliases.alias_type = observations.identifier_type

),

final as (

    select
        identifier_token,
        is_verified,
        one_id,
        valid_from_at,
        valid_to_at

    from spans_by_use

    union all

    select
        aliases_seen.alias_token as identifier_token,
        spans_by_use.is_verified,
        spans_by_use.one_id,
        spans_by_use.valid_from_at,
        spans_by_use.valid_to_at

    from aliases_seen
    inner join spans_by_use
        on aliases_seen.identifier_token = spans_by_use.identifier_token

)

select * from final
