{#
    Grain: one row per token_a and token_b (token_a < token_b): a probabilistic link that joins.
    A suggestion joins when people accepted it (seed of accepted links) or when its score reaches
    var identity_link_threshold; the graph takes these rows as its weakest class.
    Surprise: an accepted pair joins whether or not it is suggested today, because two people that
    are joined are one, and one person is never suggested again.
#}
{%- set threshold = definition('identity_link_threshold', 0, 2) %}

with

suggestions as (

    select
        least(token_a, token_b) as token_a,
        greatest(token_a, token_b) as token_b,
        max(match_probability) as match_probability

    from {{ source('ingest', 'link_suggestions') }}

    where token_a <> token_b

    group by 1, 2

),

accepted as (

    select distinct
        least(token_a, token_b) as token_a,
        greatest(token_a, token_b) as token_b

    from {{ source('ingest', 'accepted_links') }}

    where token_a <> token_b

),

final as (

    select
        accepted.token_a,
        accepted.token_b,
        suggestions.match_probability,
        true as is_accepted

    from accepted
    left join suggestions
        on accepted.token_a = suggestions.token_a
        and accepted.token_b = suggestions.token_b

    union all

    select
        suggestions.token_a,
        suggestions.token_b,
        suggestions.match_probability,
        false as is_accepted

    from suggestions
    left join accepted
        on suggestions.token_a = accepted.token_a
        and suggestions.token_b = accepted.token_b

    where suggestions.match_probability >= {{ threshold }}
        and accepted.token_a is null

)

select * from final
