{#
    Grain: one row per token_a and token_b (token_a < token_b): two identifiers that may be of one
    person although nothing joins them, with what became of the suggestion.
    Filled by `yutang suggest`; empty for a brand that never ran it.
    Surprise: a pair that other evidence joined since is no longer open and has no row; an accepted
    pair that nobody suggests any more keeps its row, without a score.
#}
with

suggestions as (

    select
        least(token_a, token_b) as token_a,
        greatest(token_a, token_b) as token_b,
        max(match_probability) as match_probability,
        max_by(agreeing_fields, match_probability) as agreeing_fields,
        max(as_of_date) as suggested_as_of_date

    from {{ source('ingest', 'link_suggestions') }}

    where token_a <> token_b

    group by 1, 2

),

joining as (

    select
        token_a,
        token_b,
        match_probability,
        case when is_accepted then 'accepted' else 'above_threshold' end as decision

    from {{ ref('int_identity__suggested_links') }}

),

assignments as (

    select
        identifier_token,
        one_id

    from {{ ref('bridge_customer_identifiers') }}

),

pairs as (

    select
        joining.token_a,
        joining.token_b,
        joining.decision

    from joining

    union all

    select
        suggestions.token_a,
        suggestions.token_b,
        'suggested' as decision

    from suggestions
    left join joining
        on suggestions.token_a = joining.token_a
        and suggestions.token_b = joining.token_b

    where joining.token_a is null

),

pairs_joined as (

    select
        pairs.token_a,
        pairs.token_b,
        assignments_a.one_id as one_id_a,
        assignments_b.one_id as one_id_b,
        suggestions.match_probability,
        suggestions.agreeing_fields,
        pairs.decision,
        suggestions.suggested_as_of_date

    from pairs
    left join suggestions
        on pairs.token_a = suggestions.token_a
        and pairs.token_b = suggestions.token_b
    left join assignments as assignments_a
        on pairs.token_a = assignments_a.identifier_token
    left join assignments as assignments_b
        on pairs.token_b = assignments_b.identifier_token

),

final as (

    select
        cast(token_a as string) as token_a,
        cast(token_b as string) as token_b,
        cast(one_id_a as string) as one_id_a,
        cast(one_id_b as string) as one_id_b,
        cast(match_probability as double) as match_probability,
        cast(agreeing_fields as string) as agreeing_fields,
        cast(decision as string) as decision,
        cast(suggested_as_of_date as date) as suggested_as_of_date

    from pairs_joined

    where decision <> 'suggested'
        or one_id_a <> one_id_b

)

select * from final
