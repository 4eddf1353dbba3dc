{#
    Grain: one row per edge of a broken component (kind edge) and per pair that must stay apart in
    one (kind cannot). sort_key is the order of strength, strongest first, unique: people's
    word, then the rank of the weaker end, then the rank of the better end, then age (an old link
    does not yield to a new one), then the tokens. It depends on no load order.
#}
with

broken as (

    select * from {{ ref('int_identity__components_broken') }}

),

tokens as (

    select
        components.identifier_token,
        identifiers.identifier_rank,
        identifiers.limit_key,
        identifiers.max_values_per_person

    from {{ ref('int_identity__strong_components') }} as components
    inner join broken
        on components.component_key = broken.component_key
    inner join {{ ref('int_identity__identifiers') }} as identifiers
        on components.identifier_token = identifiers.identifier_token

),

record_links as (

    select
        links.token_a,
        links.token_b,
        2 as source_no,
        min(links.first_observed_at) as first_observed_at,
        min(links.record_group) as record_group

    from {{ ref('int_identity__record_links') }} as links
    inner join tokens
        on links.token_a = tokens.identifier_token

    group by links.token_a, links.token_b

),

said_links as (

    select
        token_a,
        token_b,
        case link_source when 'manual' then 1 else 3 end as source_no,
        cast(null as timestamp) as first_observed_at,
        cast(null as string) as record_group

    from {{ ref('int_identity__said_links') }}

),

edges as (

    select * from record_links
    union all
    select * from said_links

),

strongest_edges as (

    select *

    from edges

    qualify row_number() over (partition by token_a, token_b order by source_no) = 1

),

kept_apart as (

    select
        token_a,
        token_b

    from {{ ref('int_identity__manual_links') }}

    where link = 'cannot'

),

final as (

    select
        'edge' as kind,
        concat(edges.token_a, '|', edges.token_b) as edge_key,
        concat_ws(
            '|',
            cast(edges.source_no as string),
            lpad(cast(greatest(ends_a.identifier_rank, ends_b.identifier_rank) as string), 4, '0'),
            lpad(cast(least(ends_a.identifier_rank, ends_b.identifier_rank) as string), 4, '0'),
            coalesce(cast(edges.first_observed_at as string), '9999'),
            edges.token_a,
            edges.token_b
        ) as sort_key,
        edges.token_a,
        edges.token_b,
        ends_a.limit_key as limit_key_a,
        ends_a.max_values_per_person as max_values_a,
        ends_b.limit_key as limit_key_b,
        ends_b.max_values_per_person as max_values_b,
        edges.source_no = 1 as is_forced,
        edges.record_group

    from strongest_edges as edges
    inner join tokens as ends_a
        on edges.token_a = ends_a.identifier_token
    inner join tokens as ends_b
        on edges.token_b = ends_b.identifier_token

    union all

    select
        'cannot' as kind,
        concat('cannot|', kept_apart.token_a, '|', kept_apart.token_b) as edge_key,
        cast(null as string) as sort_key,
        kept_apart.token_a,
        kept_apart.token_b,
        cast(null as string) as limit_key_a,
        cast(null as integer) as max_values_a,
        cast(null as string) as limit_key_b,
        cast(null as integer) as max_values_b,
        false as is_forced,
        cast(null as string) as record_group

    from kept_apart
    inner join tokens as ends_a
        on kept_apart.token_a = ends_a.identifier_token
    inner join tokens as ends_b
        on kept_apart.token_b = ends_b.identifier_token

)

select * from final
