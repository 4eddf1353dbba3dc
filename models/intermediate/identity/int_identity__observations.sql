{#
    Grain: one row per record_group, identifier_token, is_verified and channel: an identifier that
    was seen together with the others of its group. Only valid identifiers; the refused ones are
    counted in int_identity__observations_refused.
    Surprise: an unverified value (a phone typed by a cashier) is weak whatever its type is.
#}
with

observations as (

    select *

    from {{ source('ingest', 'observations') }}

    {{ delivered() }}

),

identifier_types as (

    select * from {{ ref('identifier_types') }}

),

observations_summed as (

    select
        record_group,
        identifier_token,
        identifier_type,
        identifier_scope,
        channel,
        is_verified,
        sum(record_count) as record_count,
        min(first_observed_at) as first_observed_at,
        max(last_observed_at) as last_observed_at

    from observations

    where identifier_token is not null

    group by
        record_group, identifier_token, identifier_type, identifier_scope, channel, is_verified

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

    from observations_summed as observed
    inner join identifier_types as rules
        on observed.identifier_type = rules.identifier_type
    left join identifier_types as unverified_rules
        on concat(observed.identifier_type, '_unverified') = unverified_rules.identifier_type

    where rules.identifier_class <> 'never'

)

select * from final
