{#
    Grain: one row per identifier_token that belongs to a person, with its one_id.
    one_id is a digest of the person's oldest identifier (first seen, then best rank, then
    token), so it depends on no load order and most new data leaves it as it is.
#}
with

strong as (

    select
        components.identifier_token,
        coalesce(orphans.host_component_key, components.component_key) as component_key

    from {{ ref('int_identity__strong_components') }} as components
    left join {{ ref('int_identity__orphan_attachments') }} as orphans
        on components.component_key = orphans.component_key

),

weak as (

    select
identifier_token,
component_key

    from {{ ref('int_identity__weak_attachments') }}

    where component_key is not null

),

members as (

    select
identifier_token,
component_key
from strong
    union all
    select
identifier_token,
component_key
from weak

),

identifiers as (

    select
        identifier_token,
        min(identifier_type) as identifier_type,
        min(identifier_scope) as identifier_scope,
        min(identifier_rank) as identifier_rank,
        case min(case identifier_class when 'unique' then 1 when 'many' then 2 else 3 end)
            when 1 then 'unique'
            when 2 then 'many'
            else 'weak'
        end as identifier_class,
        cast(sum(record_count) as bigint) as record_count,
        min(first_observed_at) as first_seen_at,
        max(last_observed_at) as last_seen_at,
        {{ sorted_text_list('channel') }} as source_channels

    from {{ ref('int_identity__observations_allowed') }}

    group by identifier_token

),

oldest_identifiers as (

    select
        members.component_key,
        members.identifier_token as oldest_token

    from members
    inner join identifiers
        on members.identifier_token = identifiers.identifier_token

    qualify row_number() over (
        partition by members.component_key
        order by
            identifiers.first_seen_at nulls last, identifiers.identifier_rank,
            members.identifier_token
    ) = 1

),

final as (

    select
        md5(concat('one_id:', oldest.oldest_token)) as one_id,
        members.identifier_token,
        identifiers.identifier_type,
        identifiers.identifier_scope,
        identifiers.identifier_class,
        identifiers.identifier_rank,
        identifiers.source_channels,
        identifiers.record_count,
        identifiers.first_seen_at,
        identifiers.last_seen_at

    from members
    inner join identifiers
        on members.identifier_token = identifiers.identifier_token
    inner join oldest_identifiers as oldest
        on members.component_key = oldest.component_key

)

select * from final
