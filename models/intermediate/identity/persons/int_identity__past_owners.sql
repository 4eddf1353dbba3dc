{#
    Grain: one row per identifier_token and moment until which it was somebody's before.
    A released phone names its old owner on every order up to the release. The owner is the person of
    the best identifier that stood on the same records.
#}
with

ended as (

    select * from {{ ref('int_identity__observations_ended') }}

),

observations as (

    select
        record_group,
        identifier_token,
        min(identifier_rank) as identifier_rank

    from {{ ref('int_identity__observations') }}

    group by record_group, identifier_token

),

assignments as (

    select
        identifier_token,
        one_id

    from {{ ref('int_identity__assignments') }}

),

owners as (

    select
        ended.identifier_token,
        ended.reason,
        ended.ended_at as valid_to_at,
        assignments.one_id

    from ended
    inner join observations as neighbours
        on ended.record_group = neighbours.record_group
        and ended.identifier_token <> neighbours.identifier_token
    inner join assignments
        on neighbours.identifier_token = assignments.identifier_token

    qualify row_number() over (
        partition by ended.identifier_token, ended.ended_at
        order by neighbours.identifier_rank, neighbours.identifier_token, ended.record_group
    ) = 1

),

final as (

    select
        identifier_token,
        one_id,
        reason,
        lag(valid_to_at) over (partition by identifier_token order by valid_to_at) as valid_from_at,
        valid_to_at

    from owners

)

select * from final
