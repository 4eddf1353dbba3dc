{#
    Grain: one row per orphan cluster that a weak phone leads to exactly one host.
    The phone was typed on the orphan's records (WeCom remark) and is verified by, or typed for,
    one host only. Two hosts, or a host that is itself no host: no attachment. Orphans that would
    together bring a host more values of a type than a person may have stay alone, and so does one
    that people keep apart from the host: refused_rule says so, and null means attached.
#}
with

weak_links as (

    select * from {{ ref('int_identity__weak_links') }}

    where identifier_type in (
            select identifier_type from {{ ref('identifier_types') }} where forms_person
        )

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

hosts as (

    select * from {{ ref('int_identity__component_hosts') }}

),

places_of_weak_identifiers as (

    select
        identifier_token,
        component_key
    from weak_links

    union distinct

    select
        clusters.identifier_token,
        clusters.component_key
    from clusters
    where clusters.identifier_token in (select identifier_token from weak_links)

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

candidates as (

    select
        orphan_key,
        min(host_key) as host_key

    from orphan_to_host

    group by orphan_key

    having count(*) = 1

),

values_together as (

    select
        coalesce(candidates.host_key, clusters.component_key) as host_key,
        candidates.orphan_key,
        identifiers.limit_key,
        identifiers.max_values_per_person,
        count(*) over (
            partition by
                coalesce(candidates.host_key, clusters.component_key), identifiers.limit_key
        ) as value_count

    from clusters
    inner join {{ ref('int_identity__identifiers') }} as identifiers
        on clusters.identifier_token = identifiers.identifier_token
    left join candidates
        on clusters.component_key = candidates.orphan_key

    where identifiers.limit_key is not null
        and (
            candidates.orphan_key is not null
            or clusters.component_key in (select host_key from candidates)
        )

),

refused as (

    select
        orphan_key,
        concat('max_values:', limit_key) as rule

    from values_together

    where orphan_key is not null
        and value_count > max_values_per_person

    union distinct

    select
        candidates.orphan_key,
        'cannot_link' as rule

    from candidates
    inner join clusters as orphan_ends
        on candidates.orphan_key = orphan_ends.component_key
    inner join clusters as host_ends
        on candidates.host_key = host_ends.component_key
    inner join {{ ref('int_identity__manual_links') }} as kept_apart
        on kept_apart.link = 'cannot'
        and kept_apart.token_a = least(orphan_ends.identifier_token, host_ends.identifier_token)
        and kept_apart.token_b = greatest(orphan_ends.identifier_token, host_ends.identifier_token)

),

final as (

    select
        candidates.orphan_key as component_key,
        candidates.host_key as host_component_key,
        min(refused.rule) as refused_rule

    from candidates
    left join refused
        on candidates.orphan_key = refused.orphan_key

    group by candidates.orphan_key, candidates.host_key

)

select * from final
