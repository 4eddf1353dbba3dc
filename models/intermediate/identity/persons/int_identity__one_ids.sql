{#
    Grain: one row per one_id that ever was, with what became of it.
    Live ids have no retired_date. A retired one names its live successor: the person that holds
    the identifier the id was minted from, else the one its last successor went into. An id
    whose person dissolved has none.
#}
with

known as (

    select
        one_id,
        minted_from_token,
        generation,
        valid_from_date as minted_date,
        valid_to_date as retired_date,
        reason,
        successor_one_id

    from {{ source('state', 'identity_state') }}

    where kind = 'one_id'
        and valid_from_date <= (select as_of_date from {{ ref('int_run__as_of') }})

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

person_ids as (

    select * from {{ ref('int_identity__person_ids') }}

),

claims as (

    select
        claims.one_id,
        person_ids.one_id as claimed_by_one_id

    from {{ ref('int_identity__claims') }} as claims
    inner join person_ids
        on claims.component_key = person_ids.component_key

),

assignments as (

    select
        identifier_token,
        one_id

    from {{ ref('int_identity__assignments') }}

),

known_ids as (

    select
        known.*,
        live.one_id is not null as is_live,
        coalesce(
            anchors.one_id,
            own_claims.claimed_by_one_id,
            successor_claims.claimed_by_one_id,
            case when successors_live.one_id is not null then known.successor_one_id end
        ) as live_one_id

    from known
    left join person_ids as live
        on known.one_id = live.one_id
    left join assignments as anchors
        on known.minted_from_token = anchors.identifier_token
    left join claims as own_claims
        on known.one_id = own_claims.one_id
    left join claims as successor_claims
        on known.successor_one_id = successor_claims.one_id
    left join person_ids as successors_live
        on known.successor_one_id = successors_live.one_id

),

new_ids as (

    select
        person_ids.one_id,
        person_ids.oldest_token as minted_from_token,
        person_ids.generation

    from person_ids
    left join known
        on person_ids.one_id = known.one_id

    where known.one_id is null

),

final as (

    select
        one_id,
        minted_from_token,
        generation,
        case when not is_live then live_one_id end as successor_one_id,
        case
            when is_live then null
            when retired_date is not null and reason <> 'dissolved' then reason
            when live_one_id is not null then 'merged'
            else 'dissolved'
        end as reason,
        minted_date,
        case when not is_live then coalesce(known_ids.retired_date, as_of.as_of_date) end
            as retired_date

    from known_ids
    cross join as_of

    union all

    select
        new_ids.one_id,
        new_ids.minted_from_token,
        new_ids.generation,
        cast(null as string) as successor_one_id,
        cast(null as string) as reason,
        as_of.as_of_date as minted_date,
        cast(null as date) as retired_date

    from new_ids
    cross join as_of

)

select * from final
