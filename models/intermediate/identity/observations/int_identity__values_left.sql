{#
    Grain: one row per identifier_token that its holder gave up and another holder took.
    A member row is the newest word about its member: a phone that an older row carried and the
    newest does not was given up when the newest appeared. It stays the member's (old orders carry
    it) until somebody else of the same kind verifies it: then it is the new holder's from the day
    the old one left.
#}
with

observations as (

    select
        observed.record_group,
        coalesce(aliases.identifier_token, observed.identifier_token) as identifier_token,
        observed.identifier_type,
        observed.first_observed_at,
        observed.last_observed_at

    from {{ source('ingest', 'observations') }} as observed
    left join {{ ref('int_identity__aliases') }} as aliases
        on observed.identifier_token = aliases.alias_token

    {{ delivered() }}
        and observed.identifier_token is not null
        and observed.is_verified
        and observed.record_group is not null
        and (
            {%- for entity, holder_type in var('identity_holders').items() %}
            (
                observed.channel = '{{ entity.split(".")[0] }}'
                and observed.entity = '{{ entity.split(".")[1] }}'
            )
            {{ 'or' if not loop.last }}
            {%- endfor %}
        )

),

holder_groups as (

    select
        identifier_token as holder_token,
        identifier_type as holder_type,
        record_group,
        min(first_observed_at) as first_observed_at,
        max(last_observed_at) as last_observed_at

    from observations

    where identifier_type in (
            {%- for holder_type in var('identity_holders').values() | unique | sort %}
            '{{ holder_type }}'{{ ',' if not loop.last }}
            {%- endfor %}
        )

    group by identifier_token, identifier_type, record_group

),

values_held as (

    select
        holders.holder_token,
        holders.holder_type,
        observations.identifier_token,
        min(holders.first_observed_at) as first_held_at,
        max(holders.last_observed_at) as last_held_at

    from holder_groups as holders
    inner join observations
        on holders.record_group = observations.record_group

    where observations.identifier_type <> holders.holder_type

    group by holders.holder_token, holders.holder_type, observations.identifier_token

),

values_given_up as (

    select
        held.identifier_token,
        held.holder_token,
        held.holder_type,
        min(later.first_observed_at) as left_at

    from values_held as held
    inner join holder_groups as later
        on held.holder_token = later.holder_token
        and held.last_held_at < later.first_observed_at

    group by held.identifier_token, held.holder_token, held.holder_type

),

final as (

    select
        given_up.identifier_token,
        max(given_up.left_at) as ended_at

    from values_given_up as given_up
    inner join values_held as taken
        on given_up.identifier_token = taken.identifier_token
        and given_up.holder_type = taken.holder_type
        and given_up.holder_token <> taken.holder_token
        and given_up.left_at <= taken.first_held_at

    group by given_up.identifier_token

)

select * from final
