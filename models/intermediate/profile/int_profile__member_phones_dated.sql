{#
    Grain: one row per member_id_token and valid_from: a phone the member had, or had none.
    The history behind "this number belonged to someone else last year"; consecutive states with
    the same phone are one row.
#}
with

versions as (

    select * from {{ ref('stg_crm__member_versions') }}

),

compared as (

    select
        member_id_token,
        phone_token,
        phone_status,
        updated_at,
        row_number() over (partition by member_id_token order by updated_at) as version_no,
        lag(phone_token) over (partition by member_id_token order by updated_at)
            as earlier_phone_token

    from versions

),

changes as (

    select *

    from compared

    where version_no = 1
        or phone_token is distinct from earlier_phone_token

),

final as (

    select
        member_id_token,
        phone_token,
        phone_status,
        lead(updated_at) over (partition by member_id_token order by updated_at) is null
            as is_current,
        updated_at as valid_from,
        lead(updated_at) over (partition by member_id_token order by updated_at) as valid_to

    from changes

)

select * from final
