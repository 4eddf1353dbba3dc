{#
    Grain: one row per identifier_token and is_verified use that names a person.
    What facts join to: a fact with a verified identifier joins is_verified, a fact with a value
    typed by staff joins not is_verified, where a store's own phone names nobody even if the
    cashier registered it as hers.
#}
with

assignments as (

    select
identifier_token,
one_id
from {{ ref('int_identity__assignments') }}

),

blocked_unverified as (

    select identifier_token

    from {{ ref('int_identity__blocked') }}

    where blocked_use = 'unverified'

),

shared_unverified as (

    select identifier_token

    from {{ ref('int_identity__weak_links') }} as links

    group by identifier_token

    having count(distinct component_key) > (
        select max(max_people_per_value)
        from {{ ref('identifier_types') }}
        where identifier_type = 'phone_unverified'
    )

),

final as (

    select
identifier_token,
true as is_verified,
one_id
from assignments
    union all
    select
assignments.identifier_token,
false as is_verified,
assignments.one_id
    from assignments
    left join blocked_unverified
        on assignments.identifier_token = blocked_unverified.identifier_token
    left join shared_unverified
        on assignments.identifier_token = shared_unverified.identifier_token
    where blocked_unverified.identifier_token is null
        and shared_unverified.identifier_token is null

)

select * from final
