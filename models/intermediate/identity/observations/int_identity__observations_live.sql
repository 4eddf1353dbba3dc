{#
    Grain: one row per record_group, identifier_token, is_verified and channel that still holds.
    The observations without what negative facts ended.
#}
with

observations as (

    select * from {{ ref('int_identity__observations') }}

),

ended as (

    select * from {{ ref('int_identity__observations_ended') }}

),

final as (

    select observations.*

    from observations
    left join ended
        on observations.record_group = ended.record_group
        and observations.identifier_token = ended.identifier_token

    where ended.identifier_token is null

)

select * from final
