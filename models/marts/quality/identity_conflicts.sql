{#
    Grain: one row per identifier_token, rule that refused to link it, and other identifier (null
    where the rule refuses the identifier as such).
    What did not join, why, and the delivery that caused it; `yutang explain` shows the records.
#}
with

observations as (

    select * from {{ ref('int_identity__observations') }}

),

blocked as (

    select * from {{ ref('int_identity__blocked') }}

),

weak_attachments as (

    select * from {{ ref('int_identity__weak_attachments') }}

    where decision in ('shared', 'over_limit', 'kept_apart')

),

edges_refused as (

    select * from {{ ref('int_identity__edges_judged') }}

    where not is_kept

),

orphans_refused as (

    select * from {{ ref('int_identity__orphan_attachments') }}

    where refused_rule is not null

),

-- A cluster is shown by its smallest identifier.
cluster_tokens as (

    select
        component_key,
        min(identifier_token) as identifier_token

    from {{ ref('int_identity__clusters') }}

    group by component_key

),

deliveries as (

    select
        record_group,
        min(concat(channel, '.', entity, ' delivered ', cast(dt as string))) as evidence

    from {{ source('ingest', 'observations') }}

    {{ delivered() }}
        and record_group in (select record_group from edges_refused)

    group by record_group

),

assignments as (

    select
        identifier_token,
        one_id

    from {{ ref('int_identity__assignments') }}

),

identifiers as (

    select
        identifier_token,
        min(identifier_type) as identifier_type,
        cast(sum(record_count) as bigint) as record_count,
        {{ sorted_text_list('channel') }} as source_channels

    from observations

    group by identifier_token

),

refusals as (

    select
        identifier_token,
        reason as rule,
        cast(null as string) as other_identifier_token,
        cast(null as string) as evidence,
        max(person_count) as person_count

    from blocked

    group by identifier_token, reason

    union all

    select
        identifier_token,
        decision as rule,
        cast(null as string) as other_identifier_token,
        cast(null as string) as evidence,
        person_count

    from weak_attachments

    union all

    select
        edges_refused.token_b as identifier_token,
        edges_refused.rule,
        edges_refused.token_a as other_identifier_token,
        coalesce(deliveries.evidence, 'accepted suggestion') as evidence,
        cast(null as bigint) as person_count

    from edges_refused
    left join deliveries
        on edges_refused.record_group = deliveries.record_group

    union all

    select
        orphans.identifier_token,
        orphans_refused.refused_rule as rule,
        hosts.identifier_token as other_identifier_token,
        'a phone typed by staff' as evidence,
        cast(null as bigint) as person_count

    from orphans_refused
    inner join cluster_tokens as orphans
        on orphans_refused.component_key = orphans.component_key
    inner join cluster_tokens as hosts
        on orphans_refused.host_component_key = hosts.component_key

),

final as (

    select
        cast(identifiers.identifier_type as string) as identifier_type,
        cast(refusals.identifier_token as string) as identifier_token,
        cast(assignments.one_id as string) as one_id,
        cast(refusals.rule as string) as rule,
        cast(others.identifier_type as string) as other_identifier_type,
        cast(refusals.other_identifier_token as string) as other_identifier_token,
        cast(other_assignments.one_id as string) as other_one_id,
        cast(refusals.evidence as string) as evidence,
        cast(identifiers.source_channels as string) as source_channels,
        cast(identifiers.record_count as bigint) as record_count,
        cast(refusals.person_count as bigint) as person_count

    from refusals
    inner join identifiers
        on refusals.identifier_token = identifiers.identifier_token
    left join identifiers as others
        on refusals.other_identifier_token = others.identifier_token
    left join assignments
        on refusals.identifier_token = assignments.identifier_token
    left join assignments as other_assignments
        on refusals.other_identifier_token = other_assignments.identifier_token

)

select * from final
