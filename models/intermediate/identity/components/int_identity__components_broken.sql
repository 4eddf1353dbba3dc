{#
    Grain: one row per component that breaks a rule: more values of a type and scope than one person
    may have, or two identifiers that people said are not one person. Only these are cut.
#}
with

components as (

    select * from {{ ref('int_identity__strong_components') }}

),

identifiers as (

    select * from {{ ref('int_identity__identifiers') }}

),

manual_links as (

    select * from {{ ref('int_identity__manual_links') }}

    where link = 'cannot'

),

over_limit as (

    select components.component_key

    from components
    inner join identifiers
        on components.identifier_token = identifiers.identifier_token

    where identifiers.limit_key is not null

    group by components.component_key, identifiers.limit_key

    having count(*) > min(identifiers.max_values_per_person)

),

kept_apart as (

    select ends_a.component_key

    from manual_links
    inner join components as ends_a
        on manual_links.token_a = ends_a.identifier_token
    inner join components as ends_b
        on manual_links.token_b = ends_b.identifier_token
        and ends_a.component_key = ends_b.component_key

),

final as (

    select component_key from over_limit
    union distinct
    select component_key from kept_apart

)

select * from final
