{#
    Grain: one row per pair of identifiers that people decided on (seeds/identity/manual_links.csv).
    link: must or cannot; a pair that was written twice counts once. Tokens are canonical.
#}
with

manual_links as (

    select * from {{ source('ingest', 'manual_links') }}

),

aliases as (

    select * from {{ ref('int_identity__aliases') }}

),

canonical as (

    select
        links.link,
        coalesce(aliases_a.identifier_token, links.token_a) as end_a,
        coalesce(aliases_b.identifier_token, links.token_b) as end_b,
        links.line

    from manual_links as links
    left join aliases as aliases_a
        on links.token_a = aliases_a.alias_token
    left join aliases as aliases_b
        on links.token_b = aliases_b.alias_token

),

final as (

    select
        link,
        least(end_a, end_b) as token_a,
        greatest(end_a, end_b) as token_b,
        min(line) as line

    from canonical

    where end_a <> end_b

    group by link, least(end_a, end_b), greatest(end_a, end_b)

)

select * from final
