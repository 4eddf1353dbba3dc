{#
    Grain: one row per pair of identifiers that belong to one person, whoever says so: records, people
    (must-links) or an accepted suggestion. Only identifiers that may link at all have a place.
#}
with

record_links as (

    select * from {{ ref('int_identity__record_links') }}

),

said_links as (

    select * from {{ ref('int_identity__said_links') }}

),

final as (

    select
        token_a,
        token_b

    from record_links

    union distinct

    select
        token_a,
        token_b

    from said_links

)

select * from final
