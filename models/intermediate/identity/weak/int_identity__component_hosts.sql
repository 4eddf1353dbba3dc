{#
    Grain: one row per component, with whether it can host others.
    A host holds an identifier of a unique type or a verified phone; a component without either
    (a WeCom contact without unionid) is an orphan that one weak identifier may attach.
#}
with

observations as (

    select distinct
        identifier_token,
        identifier_type,
        identifier_class

    from {{ ref('int_identity__observations_allowed') }}

    where identifier_class in ('unique', 'many')

),

components as (

    select * from {{ ref('int_identity__clusters') }}

),

final as (

    select
        components.component_key,
        bool_or(observations.identifier_class = 'unique' or observations.identifier_type = 'phone')
            as is_host

    from components
    inner join observations
        on components.identifier_token = observations.identifier_token

    group by components.component_key

)

select * from final
