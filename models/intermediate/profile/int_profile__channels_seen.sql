{#
    Grain: one row per one_id and channel that delivered a record with one of the person's
    identifiers.
    Surprise: a value typed by staff counts only where it names a person, so the phone of a store
    does not put its cashier into every receipt.
#}
with

observations as (

    select * from {{ ref('int_identity__observations_allowed') }}

),

resolution as (

    select * from {{ ref('int_identity__resolution') }}

),

final as (

    select
        resolution.one_id,
        observations.channel,
        cast(sum(observations.record_count) as bigint) as record_count,
        min(observations.first_observed_at) as first_seen_at,
        max(observations.last_observed_at) as last_seen_at

    from observations
    inner join resolution
        on observations.identifier_token = resolution.identifier_token
        and observations.is_verified = resolution.is_verified
        and resolution.valid_to_at is null

    group by resolution.one_id, observations.channel

)

select * from final
