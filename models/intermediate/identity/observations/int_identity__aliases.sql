{#
    Grain: one row per alias_token: the hashed form of a value that was also seen in the clear.
    An md5 or sha256 of a phone is the phone itself: whatever carries the alias counts as the
    value (ingest.identifier_aliases is written by the loader, which alone sees clear values).
    Surprise: the loader writes what all deliveries together say. For a past day, only aliases
    count whose value had been delivered in the clear by then.
#}
with

aliases as (

    select * from {{ source('ingest', 'identifier_aliases') }}

),

final as (

    select
        alias_token,
        min(alias_type) as alias_type,
        min(identifier_token) as identifier_token

    from aliases

    {% if var('as_of_date', '') %}
    where identifier_token in (
        select identifier_token

        from {{ source('ingest', 'observations') }}

        {{ delivered() }}
            and identifier_token is not null
    )
    {% endif %}

    group by alias_token

)

select * from final
