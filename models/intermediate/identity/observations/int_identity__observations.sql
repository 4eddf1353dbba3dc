{#
    Grain: one row per record_group, identifier_token, is_verified and channel: an identifier that
    was seen together with the others of its group. Only valid identifiers; the refused ones are
    counted in int_identity__observations_refused. What identity events state is a group too.
    Surprise: an unverified value (a phone typed by a cashier) is weak whatever its type is, and a
    hashed form is the value it was made from.
#}
with

observations as (

    select *

    from {{ source('ingest', 'observations') }}

    {{ delivered() }}
        and identifier_token is not null

),

statements as (

    select * from {{ ref('int_identity__statements') }}

),

aliases as (

    select * from {{ ref('int_identity__aliases') }}

),

identifier_types as (

    select * from {{ ref('identifier_types') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

seen as (

    select
        observations.record_group,
        coalesce(aliases.identifier_token, observations.identifier_token) as identifier_token,
        case
            when aliases.identifier_token is not null then 'phone'
            else observations.identifier_type
        end as identifier_type,
        observations.identifier_scope,
        observations.channel,
        observations.is_verified,
        observations.record_count,
        observations.first_observed_at,
        observations.last_observed_at

    from observations
    left join aliases
        on observations.identifier_token = aliases.alias_token

    union all

    select
        md5(concat('identity event ', event_id)) as record_group,
        identifier_token,
        identifier_type,
        cast(null as string) as identifier_scope,
        channel,
        true as is_verified,
        1 as record_count,
        occurred_at as first_observed_at,
        occurred_at as last_observed_at

    from statements

),

seen_summed as (

    select
        record_group,
        identifier_token,
        identifier_type,
        max(identifier_scope) as identifier_scope,
        channel,
        is_verified,
        cast(sum(record_count) as bigint) as record_count,
        min(first_observed_at) as first_observed_at,
        max(last_observed_at) as last_observed_at

    from seen

    group by record_group, identifier_token, identifier_type, channel, is_verified

),

final as (

    select
        observed.record_group,
        observed.identifier_token,
        observed.identifier_type,
        observed.identifier_scope,
        observed.channel,
        case
            when observed.is_verified then rules.identifier_class
            else 'weak'
        end as identifier_class,
        case
            when observed.is_verified then rules.rank
            else coalesce(unverified_rules.rank, rules.rank)
        end as identifier_rank,
        observed.record_count,
        observed.is_verified,
        observed.first_observed_at,
        observed.last_observed_at

    from seen_summed as observed
    cross join as_of
    inner join identifier_types as rules
        on observed.identifier_type = rules.identifier_type
    left join identifier_types as unverified_rules
        on concat(observed.identifier_type, '_unverified') = unverified_rules.identifier_type

    where rules.identifier_class <> 'never'
        and (
            rules.valid_days is null
            or observed.last_observed_at is null
            or {{ days_between('observed.last_observed_at', 'as_of.as_of_date') }}
            < rules.valid_days
        )

)

select * from final
