{#
    Grain: one row per component_key with its one_id: the one it keeps, or a new one.
    A new id is a digest of the person's oldest identifier, so a lost state gives the same ids
    again. If that identifier gave its name to an id before (the person was split off again), the
    digest takes the next generation: an id is never used for a second person.
#}
with

persons as (

    select
        component_key,
        min_by(identifier_token, age_key) as oldest_token

    from {{ ref('int_identity__persons') }}

    group by component_key

),

kept as (

    select * from {{ ref('int_identity__claims') }}

    where is_kept

),

generations as (

    select
        minted_from_token,
        cast(count(*) as bigint) as generation

    from {{ source('state', 'identity_state') }}

    where kind = 'one_id'

    group by minted_from_token

),

final as (

    select
        persons.component_key,
        persons.oldest_token,
        coalesce(
            kept.one_id,
            md5(concat(
                'one_id:', persons.oldest_token,
                case
                    when generations.generation is null then ''
                    else concat('|', cast(generations.generation as string))
                end
            ))
        ) as one_id,
        coalesce(generations.generation, 0) as generation,
        kept.one_id is null as is_minted

    from persons
    left join kept
        on persons.component_key = kept.component_key
    left join generations
        on persons.oldest_token = generations.minted_from_token

)

select * from final
