{#
    Grain: one row per identifier_token that had a person when the as-of day was last published.
    What a new assignment carries over. A day before anything was published takes the oldest
    assignment there is, so its people have the ids they got later. An identifier whose person
    dissolved (everything it had was blocked or ended) still claims the old id if it comes back.
#}
with

mappings as (

    select * from {{ source('state', 'identity_state') }}

    where kind = 'mapping'

),

dissolved as (

    select one_id

    from {{ source('state', 'identity_state') }}

    where kind = 'one_id'
        and reason = 'dissolved'

),

days as (

    select
        greatest(as_of.as_of_date, coalesce(min(mappings.valid_from_date), as_of.as_of_date))
            as on_date

    from {{ ref('int_run__as_of') }} as as_of
    left join mappings
        on true

    group by as_of.as_of_date

),

newest_mappings as (

    select
        mappings.identifier_token,
        mappings.one_id,
        mappings.valid_from_date,
        coalesce(mappings.valid_to_date > days.on_date, true) as is_open

    from mappings
    cross join days

    where mappings.valid_from_date <= days.on_date

    qualify row_number() over (
        partition by mappings.identifier_token order by mappings.valid_from_date desc
    ) = 1

),

final as (

    select
        newest.identifier_token,
        newest.one_id,
        newest.is_open

    from newest_mappings as newest
    left join dissolved
        on newest.one_id = dissolved.one_id

    where newest.is_open
        or dissolved.one_id is not null

)

select * from final
