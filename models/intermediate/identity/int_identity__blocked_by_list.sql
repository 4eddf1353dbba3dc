{#
    Grain: one row per identifier_token that people blocked in seeds/identity/blocked_identifiers.csv.
    Every use of the value is blocked, verified or not.
#}
with

blocked as (

    select * from {{ source('ingest', 'blocked_identifiers') }}

),

final as (

    select
        identifier_token,
        'all' as blocked_use,
        min(concat('blocked_list:', reason)) as reason

    from blocked

    group by identifier_token

)

select * from final
