{#
    Grain: one row per identifier_token and valid_from_date: whose it was, in which publishes.
    Yesterday's history with what this assignment changes. valid_to_date is the first day it no
    longer held. Rows that opened and closed on one day say nothing about any day and are dropped.
#}
with

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

assignments as (

    select * from {{ ref('int_identity__assignments') }}

),

person_ids as (

    select * from {{ ref('int_identity__person_ids') }}

),

blocked as (

    select
        identifier_token,
        min(reason) as reason

    from {{ ref('int_identity__blocked') }}

    group by identifier_token

),

ended as (

    select
        identifier_token,
        max_by(reason, ended_at) as reason

    from {{ ref('int_identity__observations_ended') }}

    group by identifier_token

),

known as (

    select
        mappings.identifier_type,
        mappings.identifier_token,
        mappings.one_id,
        mappings.reason,
        case when mappings.valid_to_date <= as_of.as_of_date then mappings.ended_reason end
            as ended_reason,
        mappings.valid_from_date,
        case when mappings.valid_to_date <= as_of.as_of_date then mappings.valid_to_date end
            as valid_to_date

    from {{ source('state', 'identity_state') }} as mappings
    cross join as_of

    where mappings.kind = 'mapping'
        and mappings.valid_from_date <= as_of.as_of_date

),

known_carried_on as (

    select
        known.identifier_type,
        known.identifier_token,
        known.one_id,
        known.reason,
        case
            when known.valid_to_date is not null then known.ended_reason
            when assignments.one_id = known.one_id then null
            when assignments.one_id is null
                then coalesce(blocked.reason, ended.reason, 'no_longer_linked')
            when live.one_id is null then 'merged'
            when now.is_minted then 'split'
            else coalesce(ended.reason, 'moved')
        end as ended_reason,
        known.valid_from_date,
        case
            when known.valid_to_date is not null then known.valid_to_date
            when assignments.one_id is null or assignments.one_id <> known.one_id
                then as_of.as_of_date
        end as valid_to_date

    from known
    cross join as_of
    left join assignments
        on known.identifier_token = assignments.identifier_token
    left join person_ids as live
        on known.one_id = live.one_id
    left join person_ids as now
        on assignments.one_id = now.one_id
    left join blocked
        on known.identifier_token = blocked.identifier_token
    left join ended
        on known.identifier_token = ended.identifier_token

),

opened as (

    select
        assignments.identifier_type,
        assignments.identifier_token,
        assignments.one_id,
        case
            when assignments.previous_one_id is null then 'new'
            when assignments.previous_one_id = assignments.one_id then 'returned'
            when live.one_id is null then 'merged'
            when now.is_minted then 'split'
            else 'moved'
        end as reason,
        cast(null as string) as ended_reason,
        as_of.as_of_date as valid_from_date,
        cast(null as date) as valid_to_date

    from assignments
    cross join as_of
    left join known
        on assignments.identifier_token = known.identifier_token
        and assignments.one_id = known.one_id
        and known.valid_to_date is null
    left join person_ids as live
        on assignments.previous_one_id = live.one_id
    left join person_ids as now
        on assignments.one_id = now.one_id

    where known.identifier_token is null

),

final as (

    select * from known_carried_on

    where valid_to_date is null
        or valid_to_date > valid_from_date

    union all

    select * from opened

)

select * from final
