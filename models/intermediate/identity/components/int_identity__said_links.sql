{#
    Grain: one row per pair that no record holds together but somebody joined: people by a must-link,
    or a suggestion that was accepted. Both ends must be identifiers that occur and may link.
#}
with

manual_links as (

    select * from {{ ref('int_identity__manual_links') }}

    where link = 'must'

),

suggested_links as (

    select * from {{ ref('int_identity__suggested_links') }}

),

identifiers as (

    select identifier_token from {{ ref('int_identity__identifiers') }}

),

said as (

    select
        token_a,
        token_b,
        'manual' as link_source

    from manual_links

    union all

    select
        token_a,
        token_b,
        'suggested' as link_source

    from suggested_links

),

final as (

    select
        said.token_a,
        said.token_b,
        min(said.link_source) as link_source

    from said
    inner join identifiers as ends_a
        on said.token_a = ends_a.identifier_token
    inner join identifiers as ends_b
        on said.token_b = ends_b.identifier_token

    group by said.token_a, said.token_b

)

select * from final
