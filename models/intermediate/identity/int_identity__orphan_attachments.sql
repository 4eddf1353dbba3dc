{#
    Grain: one row per orphan component that a weak phone attaches to exactly one host.
    The phone was typed on the orphan's records (WeCom remark) and is verified by, or typed for,
    one host only. Two hosts, or a host that is itself no host: no attachment.
#}
with

weak_links as (

    select * from {{ ref('int_identity__weak_links') }}

    where identifier_type in (
            select identifier_type from {{ ref('identifier_types') }} where forms_person
        )

),

components as (

    select * from {{ ref('int_identity__strong_components') }}

),

hosts as (

    select * from {{ ref('int_identity__component_hosts') }}

),

places_of_weak_identifiers as (

    select
identifier_token,
component_key
from weak_links
    union
    select
components.identifier_token,
components.component_key
    from components
    where components.identifier_token in (select identifier_token from weak_links)

),

orphan_to_host as (

    select distinct
        orphan_links.component_key as orphan_key,
        places.component_key as host_key

    from weak_links as orphan_links
    inner join hosts as orphan
        on orphan_links.component_key = orphan.component_key
        and not orphan.is_host
    inner join places_of_weak_identifiers as places
        on orphan_links.identifier_token = places.identifier_token
    inner join hosts
        on places.component_key = hosts.component_key
        and hosts.is_host

),

final as (

    select
        orphan_key as component_key,
        min(host_key) as host_component_key

    from orphan_to_host

    group by orphan_key

    having count(*) = 1

)

select * from final
