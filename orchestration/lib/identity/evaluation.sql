-- Figures of IdentityEvaluation, in the order of its fields. Reads the variable truth_file and the
-- attached database `evaluated`; the last statement returns one row.

create or replace temp table compared as
with

truth as (

    select
        person_id,
        evidence_group,
        yt_token(
            concat_ws(':', identifier_type, identifier_scope), identifier_value
        ) as identifier_token

    from read_parquet(getvariable('truth_file'))

    -- What several people own, one after the other or together, has no right answer.
    where person_id is not null and not is_shared and not is_recycled

)

select
    truth.person_id,
    truth.evidence_group,
    bridge.one_id is null as is_unresolved,
    coalesce(bridge.one_id, 'unresolved ' || truth.identifier_token) as one_id

from truth
left join evaluated.core.bridge_customer_identifiers as bridge
    on truth.identifier_token = bridge.identifier_token;

create or replace temp table cells as
select person_id, evidence_group, one_id, count(*) as n
from compared
group by all;

with

by_person_and_one_id as (
    select person_id, one_id, sum(n) as n from cells group by all
),

by_person as (
    select person_id, sum(n) as n from cells group by all
),

by_one_id as (
    select one_id, sum(n) as n, count(distinct person_id) as people from cells group by all
),

by_group as (
    select person_id, evidence_group, sum(n) as n from cells group by all
),

pairs as (

    select
        (select sum(n * (n - 1)) from by_person_and_one_id) as right_pairs,
        (select sum(n * (n - 1)) from by_one_id) as found_pairs,
        (select sum(n * (n - 1)) from by_person) as true_pairs,
        (select sum(n * (n - 1)) from cells) as right_linkable_pairs,
        (select sum(n * (n - 1)) from by_group) as linkable_pairs

),

b_cubed as (

    select
        sum(cell.n * cell.n / one_id.n) / sum(cell.n) as precision,
        sum(cell.n * cell.n / person.n) / sum(cell.n) as recall

    from by_person_and_one_id as cell
    inner join by_one_id as one_id on cell.one_id = one_id.one_id
    inner join by_person as person on cell.person_id = person.person_id

),

over_merged as (
    select one_id from by_one_id where people > 1
)

select
    -- Nothing to find, or nothing found: no mistake was made.
    coalesce(right_pairs / nullif(found_pairs, 0), 1)::double as precision,
    coalesce(right_pairs / nullif(true_pairs, 0), 1)::double as recall,
    coalesce(right_linkable_pairs / nullif(linkable_pairs, 0), 1)::double as linkable_recall,
    (
        select 2 * precision * recall / nullif(precision + recall, 0) from b_cubed
    )::double as b3_f1,
    (select count(*) from over_merged)::bigint as over_merged_one_ids,
    (
        select count(distinct person_id) from cells where one_id in (from over_merged)
    )::bigint as over_merged_people,
    coalesce((
        select max(identifiers)
        from (
            select count(*) as identifiers
            from evaluated.core.bridge_customer_identifiers
            group by one_id
        )
    ), 0)::bigint as largest_cluster,
    (select count(*) from compared)::bigint as identifiers,
    (select count(*) from compared where is_unresolved)::bigint as unresolved_identifiers,
    (select count(*) from by_person)::bigint as people,
    (select count(distinct one_id) from compared where not is_unresolved)::bigint as one_ids

from pairs
