{#
    Grain: one row per channel, entity, identifier_type and status.
    Identifiers that were present on records but cannot name a person: masked, virtual,
    encrypted, malformed, placeholder. Their values stay in landing.
#}
with

observations as (

    select *

    from {{ source('ingest', 'observations') }}

    {{ delivered() }}

),

final as (

    select
        channel,
        entity,
        identifier_type,
        identifier_status as reason,
        cast(sum(record_count) as bigint) as record_count

    from observations

    where identifier_token is null

    group by channel, entity, identifier_type, identifier_status

)

select * from final
