{#
    Grain: one row per identifier_token and rule that refused to link it.
    What did not join and why; the token can be looked up with `yutang explain`.
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
        cast(null as bigint) as person_count

    from blocked

    union all

    select
        identifier_token,
        'shared' as rule,
        person_count

    from weak_attachments

    where decision = 'shared'

),

final as (

    select
        cast(identifiers.identifier_type as string) as identifier_type,
        cast(refusals.identifier_token as string) as identifier_token,
        cast(refusals.rule as string) as rule,
        cast(identifiers.source_channels as string) as source_channels,
        cast(identifiers.record_count as bigint) as record_count,
        cast(max(refusals.person_count) as bigint) as person_count

    from refusals
    inner join identifiers
        on refusals.identifier_token = identifiers.identifier_token

    group by
        identifiers.identifier_type,
        refusals.identifier_token,
        refusals.rule,
        identifiers.source_channels,
        identifiers.record_count

)

select * from final
