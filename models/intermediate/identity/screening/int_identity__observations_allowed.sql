{#
    Grain: one row per record_group, identifier_token, is_verified and channel that may link.
    The observations that hold, without what is blocked, whichever the reason.
#}
with

observations as (

    select * from {{ ref('int_identity__observations_live') }}

),

blocked as (

    select * from {{ ref('int_identity__blocked') }}

),

final as (

    select observations.*

    from observations
    left join blocked as blocked_everywhere
        on observations.identifier_token = blocked_everywhere.identifier_token
        and blocked_everywhere.blocked_use = 'all'
    left join blocked as blocked_unverified
        on observations.identifier_token = blocked_unverified.identifier_token
        and blocked_unverified.blocked_use = 'unverified'
        and not observations.is_verified

    where blocked_everywhere.identifier_token is null
        and blocked_unverified.identifier_token is null

)

select * from final
