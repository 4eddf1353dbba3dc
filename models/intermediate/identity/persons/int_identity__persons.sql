{#
    Grain: one row per identifier_token that belongs to a person, with the person's cluster.
    Strong clusters, the orphans they host, and the weak identifiers attached to them; what every
    rule allowed and nothing else. component_key lives for one run; one_id is what lasts.
#}
with

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

orphans as (

    select * from {{ ref('int_identity__orphan_attachments') }}

    where refused_rule is null

),

weak_attachments as (

    select * from {{ ref('int_identity__weak_attachments') }}

    where component_key is not null

),

members as (

    select
        clusters.identifier_token,
        coalesce(orphans.host_component_key, clusters.component_key) as component_key

    from clusters
    left join orphans
        on clusters.component_key = orphans.component_key

    union all

    select
        identifier_token,
        component_key

    from weak_attachments

),

previous as (

    select * from {{ ref('int_identity__previous') }}

),

final as (

    select
        members.component_key,
        members.identifier_token,
        previous.one_id as previous_one_id,
        -- One text that sorts like (first seen, rank, token): the person's oldest is the smallest.
        concat_ws(
            '|',
            coalesce(cast(identifiers.first_seen_at as string), '9999'),
            lpad(cast(identifiers.identifier_rank as string), 4, '0'),
            members.identifier_token
        ) as age_key

    from members
    inner join {{ ref('int_identity__identifiers') }} as identifiers
        on members.identifier_token = identifiers.identifier_token
    left join previous
        on members.identifier_token = previous.identifier_token

)

select * from final
