{#
    Grain: one row per weak identifier_token and component it was seen with.
    A weak identifier (device, cookie, phone typed by staff) meets a person on a record that also
    carries a strong identifier.
#}
with

observations as (

    select * from {{ ref('int_identity__observations_allowed') }}

),

components as (

    select * from {{ ref('int_identity__strong_components') }}

),

groups_with_component as (

    select distinct
        observations.record_group,
        components.component_key

    from observations
    inner join components
        on observations.identifier_token = components.identifier_token

    where observations.identifier_class in ('unique', 'many')

),

final as (

    select
        weak.identifier_token,
        weak.identifier_type,
        groups.component_key,
        cast(sum(weak.record_count) as bigint) as record_count

    from observations as weak
    inner join groups_with_component as groups
        on weak.record_group = groups.record_group

    where weak.identifier_class = 'weak'

    group by weak.identifier_token, weak.identifier_type, groups.component_key

)

select * from final
