{#
    Grain: one row per alias_token: the hashed form of a value that was also seen in the clear.
    An md5 or sha256 of a phone is the phone itself: whatever carries the alias counts as the
    value (ingest.identifier_aliases is written by the loader, which alone sees clear values).
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

    group by alias_token

)

select * from final
