-- The day the published tables describe.
select coalesce(
    (select max(as_of_date) from quality.audit_results),
    (select max(as_of_date) from quality.identity_stats)
);

-- Figures of every published day up to it.
select
    as_of_date,
    metric,
    dimension,
    value
from quality.identity_stats
where as_of_date <= coalesce(
    (select max(as_of_date) from quality.audit_results), as_of_date
)
order by as_of_date, metric, dimension;

-- Orders and those with a person, by channel.
select
    channel,
    count(*) as order_count,
    count(one_id) as resolved_count
from core.fct_orders
group by channel
order by channel;

-- Identifiers that are kept from joining people: those nobody may be joined by first.
select
    identifier_type,
    identifier_token,
    rule,
    person_count,
    record_count,
    source_channels
from quality.identity_conflicts
where other_identifier_token is null
    and split_part(rule, ':', 1) in ('too_many_people', 'too_many_orders', 'blocked_list', 'shared')
order by
    split_part(rule, ':', 1) = 'shared',
    record_count desc,
    person_count desc nulls last,
    identifier_token,
    rule;

-- People who became one, and people who were split, the newest first. What moved is known from the
-- spans of the identifiers; an id that retired without a span left is a merge too.
with

-- Few identifiers ever changed hands; the spans of all others are not sorted.
identifiers_moved as (

    select distinct identifier_token
    from core.identity_history
    where reason in ('merged', 'split')

),

spans as (

    select
        identifier_type,
        identifier_token,
        one_id,
        reason,
        valid_from_date,
        lag(one_id) over (partition by identifier_token order by valid_from_date) as before_one_id

    from core.identity_history

    where identifier_token in (from identifiers_moved)

),

moves as (

    select
        valid_from_date as day,
        reason as kind,
        one_id,
        before_one_id,
        count(*) as identifier_count,
        list(distinct identifier_type order by identifier_type) as identifier_types

    from spans

    where reason in ('merged', 'split')
        and before_one_id is not null

    group by all

),

merges_without_spans as (

    select
        retired_date as day,
        'merged' as kind,
        successor_one_id as one_id,
        one_id as before_one_id,
        0 as identifier_count,
        []::varchar[] as identifier_types

    from core.one_ids as retired

    where retired_reason = 'merged'
        and successor_one_id is not null
        and not exists (
            from moves
            where moves.before_one_id = retired.one_id
                and moves.kind = 'merged'
        )

)

select *
from (
    from moves
    union all
    from merges_without_spans
)
order by day desc, identifier_count desc, one_id, before_one_id
