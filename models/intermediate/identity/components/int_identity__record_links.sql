{#
    Grain: one row per record_group and strong identifier on it, paired with the record's best one.
    A star: each identifier hangs on the best (lowest rank, then smallest token), so a record with
    n identifiers gives n - 1 pairs, and one with a single strong identifier the pair of the
    identifier with itself (it is a person of its own).
#}
with

observations as (

    select
        record_group,
        identifier_token,
        min(identifier_rank) as identifier_rank,
        cast(sum(record_count) as bigint) as record_count,
        min(first_observed_at) as first_observed_at

    from {{ ref('int_identity__observations_allowed') }}

    where identifier_class in ('unique', 'many')

    group by record_group, identifier_token

),

best_identifiers as (

    select
        record_group,
        count(*) as identifier_count,
        min_by(
            identifier_token,
            concat(lpad(cast(identifier_rank as string), 4, '0'), identifier_token)
        ) as best_token

    from observations

    group by record_group

),

final as (

    select
        observations.record_group,
        best.best_token as token_a,
        observations.identifier_token as token_b,
        observations.record_count,
        observations.first_observed_at

    from observations
    inner join best_identifiers as best
        on observations.record_group = best.record_group

    where best.identifier_count = 1
        or observations.identifier_token <> best.best_token

)

select * from final
