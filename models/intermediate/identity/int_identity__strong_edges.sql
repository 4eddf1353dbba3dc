{#
    Grain: one row per pair of strong identifiers on one record (record_group).
    A star: each identifier is paired with the record's best one (lowest rank, then smallest
    token), so a record with n identifiers gives n - 1 pairs, and one with a single strong
    identifier gives the pair of the identifier with itself (it is a person of its own).
#}
with

observations as (

    select distinct
record_group,
identifier_token,
identifier_rank

    from {{ ref('int_identity__observations_allowed') }}

    where identifier_class in ('unique', 'many')

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

    select distinct
        best.best_token as token_a,
        observations.identifier_token as token_b

    from observations
    inner join best_identifiers as best
        on observations.record_group = best.record_group

    where best.identifier_count = 1
        or observations.identifier_token <> best.best_token

)

select * from final
