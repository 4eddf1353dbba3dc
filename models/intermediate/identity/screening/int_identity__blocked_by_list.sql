{#
    Grain: one row per identifier_token that people blocked in seeds/identity/blocked_identifiers.csv.
    Every use of the value is blocked, verified or not, in the clear or hashed.
#}
with

blocked as (

    select * from {{ source('ingest', 'blocked_identifiers') }}

),

aliases as (

    select * from {{ ref('int_identity__aliases') }}

),

final as (

    select
        coalesce(aliases.identifier_token, blocked.identifier_token) as identifier_token,
        'all' as blocked_use,
        min(concat('blocked_list:', blocked.reason)) as reason,
        cast(null as bigint) as person_count

    from blocked
    left join aliases
        on blocked.identifier_token = aliases.alias_token

    group by coalesce(aliases.identifier_token, blocked.identifier_token)

)

select * from final
