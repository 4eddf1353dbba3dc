-- The difference of two OneIDs as temporary tables, set-based: nothing but counts and a few examples
-- leaves DuckDB. Attached: published (before) and planned (after).

create temp table pairs as
select
    coalesce(a.identifier_type, b.identifier_type) as identifier_type,
    coalesce(a.identifier_token, b.identifier_token) as identifier_token,
    b.one_id as old_id,
    a.one_id as new_id,
    coalesce(b.first_seen_at, a.first_seen_at) as first_seen_at
from published.core.bridge_customer_identifiers as b
full outer join planned.core.bridge_customer_identifiers as a
    on b.identifier_token = a.identifier_token;

-- One row per old and new person that share identifiers.
create temp table common as
select
    old_id,
    new_id,
    count(*) as identifiers,
    min_by(identifier_type, (coalesce(first_seen_at, timestamp '9999-01-01'), identifier_token))
        as identifier_type,
    min_by(identifier_token, (coalesce(first_seen_at, timestamp '9999-01-01'), identifier_token))
        as identifier_token
from pairs
where old_id is distinct from new_id or old_id in (
    select old_id from pairs where old_id is distinct from new_id and old_id is not null
) or new_id in (
    select new_id from pairs where old_id is distinct from new_id and new_id is not null
)
group by old_id, new_id;

create temp table splits as
select old_id as one_id, sum(identifiers) as identifiers
from common
where old_id is not null
group by old_id
having count(new_id) > 1;

create temp table merges as
select new_id as one_id, sum(identifiers) as identifiers
from common
where new_id is not null
group by new_id
having count(old_id) > 1;

create temp table orders_moved as
select
    case
        when b.one_id is null then 'gained'
        when a.one_id is null then 'lost'
        else 'moved'
    end as kind,
    count(*) as orders,
    sum(b.net_revenue_cny) as net_revenue_cny
from published.core.fct_orders as b
inner join planned.core.fct_orders as a
    on b.order_id = a.order_id
where b.one_id is distinct from a.one_id
group by 1;

create temp table conflict_counts as
select
    rule,
    count(*) filter (where side = 'before') as before,
    count(*) filter (where side = 'after') as after
from (
    select rule, 'before' as side from published.quality.identity_conflicts
    union all
    select rule, 'after' as side from planned.quality.identity_conflicts
) as sides
group by rule
