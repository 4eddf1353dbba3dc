{#
    Grain: one row per strong identifier_token with the cluster it belongs to.
    Whole components where no rule is broken, their parts where one was.
#}
with

components as (

    select * from {{ ref('int_identity__strong_components') }}

),

clusters_cut as (

    select * from {{ ref('int_identity__clusters_cut') }}

),

final as (

    select
        components.identifier_token,
        coalesce(clusters_cut.component_key, components.component_key) as component_key

    from components
    left join clusters_cut
        on components.identifier_token = clusters_cut.identifier_token

)

select * from final
