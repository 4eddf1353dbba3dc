-- Identifiers that stood on the records of some tokens, one row per record group, identifier,
-- verified use, channel and entity. The rules are those of int_identity__observations: hashed forms
-- are the phone, an unverified value is weak, a weak value too old does not count.
-- Variable `tokens`: canonical tokens to start from.
with

canonical as (

    select
        alias_token,
        min(identifier_token) as identifier_token

    from aliases

    group by alias_token

),

wanted as (

    select unnest(getvariable('tokens')) as identifier_token

    union

    select alias_token
    from canonical
    where identifier_token in (select unnest(getvariable('tokens')))

),

groups as (

    select distinct record_group
    from observed
    where identifier_token in (select identifier_token from wanted)

    union

    select distinct record_group
    from stated
    where identifier_token in (select identifier_token from wanted)

),

seen as (

    select
        observed.record_group,
        coalesce(canonical.identifier_token, observed.identifier_token) as identifier_token,
        case
            when canonical.identifier_token is not null then 'phone'
            else observed.identifier_type
        end as identifier_type,
        observed.channel,
        observed.entity,
        null as event,
        observed.is_verified,
        observed.record_count,
        observed.first_observed_at,
        observed.last_observed_at,
        observed.dt

    from observed
    inner join groups
        on observed.record_group = groups.record_group
    left join canonical
        on observed.identifier_token = canonical.alias_token

    union all

    select
        stated.record_group,
        stated.identifier_token,
        stated.identifier_type,
        'crm' as channel,
        'identity_events' as entity,
        stated.event,
        true as is_verified,
        1 as record_count,
        stated.occurred_at,
        stated.occurred_at,
        null as dt

    from stated
    inner join groups
        on stated.record_group = groups.record_group

),

dated as (

    select
        *,
        max(last_observed_at) over (
            partition by record_group, identifier_token, identifier_type, channel, is_verified
        ) as group_last_observed_at

    from seen

)

select
    dated.record_group,
    dated.identifier_token,
    min(dated.identifier_type) as identifier_type,
    dated.channel,
    dated.entity,
    any_value(dated.event) as event,
    case when dated.is_verified then min(types.identifier_class) else 'weak' end
        as identifier_class,
    min(case when dated.is_verified then types.identifier_rank else types.unverified_rank end)
        as identifier_rank,
    sum(dated.record_count)::bigint as record_count,
    min(dated.first_observed_at) as first_observed_at,
    max(dated.last_observed_at) as last_observed_at,
    list_sort(list(distinct dated.dt) filter (where dated.dt is not null)) as days,
    bool_and(
        types.valid_days is null
        or dated.group_last_observed_at is null
        or date_diff('day', dated.group_last_observed_at::date, getvariable('as_of'))
            < types.valid_days
    ) as is_fresh

from dated
inner join types
    on dated.identifier_type = types.identifier_type

where types.identifier_class <> 'never'

group by
    dated.record_group, dated.identifier_token, dated.channel, dated.entity, dated.is_verified

order by all
