-- The core numbers of the benchmark brand, by hand: what somebody who knows the files would write
-- in an afternoon. People, their identifiers, orders, revenue, RFM and touchpoints, straight from
-- landing/ to tables of one DuckDB file. It is what the pipeline is measured against (run.py), and
-- run.py refuses to compare times unless the numbers are equal.
--
-- What it leaves out is what the ratio pays for: no rejects, no encodings, no tokens and no vault
-- (clear phones end up in its tables), no late or corrected files, no limits of identity, no
-- history, no tests, no audit, no publish step; it reads two of the channels' eight platforms.
--
-- Variable: landing (folder with the channels).

-- Files -> tables ---------------------------------------------------------------------------------

create macro phone_digits(phone) as regexp_replace(replace(phone, ' ', ''), '^\+86', '');

create table receipt_lines as
select distinct
    concat_ws('/', store_id, terminal_id, business_date, receipt_no) as receipt,
    line_no,
    txn_time,
    'card:' || member_card_no as card,
    'phone:' || phone_digits(member_phone) as phone,
    quantity,
    gross_fen,
    paid_fen
from read_csv(
    getvariable('landing') || '/pos/receipts/*/*.csv',
    header = true,
    columns = {
        'store_id': 'varchar', 'terminal_id': 'varchar', 'receipt_no': 'varchar', 'line_no': 'integer',
        'business_date': 'date', 'txn_time': 'timestamp', 'member_card_no': 'varchar',
        'member_phone': 'varchar', 'cashier_id': 'varchar', 'sku': 'varchar',
        'quantity': 'decimal(18, 3)', 'gross_fen': 'bigint', 'discount_fen': 'bigint',
        'paid_fen': 'bigint', 'coupon_code': 'varchar', 'is_return': 'boolean',
        'original_receipt_no': 'varchar'
    }
);

create table members as
select
    'member:' || member_id as member,
    'phone:' || phone_digits(phone) as phone,
    'card:' || card_no as card,
    'unionid:' || wx_unionid as unionid
from read_csv(
    getvariable('landing') || '/crm/members/*/*.csv',
    header = true,
    columns = {
        'member_id': 'varchar', 'phone': 'varchar', 'card_no': 'varchar', 'wx_unionid': 'varchar',
        'register_time': 'timestamp', 'register_channel': 'varchar', 'register_store': 'varchar',
        'level': 'varchar', 'status': 'varchar', 'birthday': 'date', 'gender': 'varchar',
        'city': 'varchar', 'brand': 'varchar', 'updated_at': 'timestamp'
    }
);

create table logins as
select
    'openid:' || openid as openid,
    'unionid:' || unionid as unionid,
    'phone:' || phone as phone,
    login_at
from read_json(
    getvariable('landing') || '/miniprogram/logins/*/*.ndjson',
    format = 'newline_delimited',
    columns = {'openid': 'varchar', 'unionid': 'varchar', 'phone': 'varchar', 'login_at': 'bigint'}
);

create table events as
select
    'openid:' || identities."$identity_mp_id" as openid,
    'anonymous:' || anonymous_id as anonymous,
    'oaid:' || properties."$oaid" as oaid,
    event,
    time
from read_json(
    getvariable('landing') || '/miniprogram/events/*/*.ndjson',
    format = 'newline_delimited',
    columns = {
        'time': 'bigint', 'anonymous_id': 'varchar', 'event': 'varchar',
        'identities': 'struct("$identity_mp_id" varchar)', 'properties': 'struct("$oaid" varchar)'
    }
);

create table trades as
select
    tid,
    'ouid:' || ouid as ouid,
    pay_time,
    payment,
    list_sum(list_transform(orders, lambda line: line.price * line.num)) as gross_cny
from read_json(
    getvariable('landing') || '/tmall/orders/*/*.ndjson',
    format = 'newline_delimited',
    columns = {
        'tid': 'varchar', 'ouid': 'varchar', 'pay_time': 'timestamp', 'payment': 'decimal(18, 2)',
        'orders': 'struct(price decimal(18, 2), num bigint)[]'
    }
);

create table tmall_members as
select
    'ouid:' || ouid as ouid,
    'phone:' || mobile as phone,
    'member:' || outer_member_id as member
from read_json(
    getvariable('landing') || '/tmall/members/*/*.ndjson',
    format = 'newline_delimited',
    columns = {'ouid': 'varchar', 'mobile': 'varchar', 'outer_member_id': 'varchar'}
);

-- People ------------------------------------------------------------------------------------------
-- Verified identifiers on one record are one person's. The graph is shallow (a person has at most
-- seven identifiers), so four rounds of taking the smallest label around settle it; the check
-- behind them stops the script if one day they do not.

create table pairs as
select member as a, unnest([member, phone, card, unionid]) as b from members
union
select coalesce(unionid, phone, openid) as a, unnest([openid, unionid, phone]) as b from logins
union
select coalesce(member, phone) as a, unnest([ouid, phone, member]) as b from tmall_members
union
select openid as a, openid as b from events
union
select card as a, card as b from receipt_lines
union
select ouid as a, ouid as b from trades;

delete from pairs where a is null or b is null;

create table edges as
select hash(a) as a, hash(b) as b from pairs where a <> b
union all
select hash(b) as a, hash(a) as b from pairs where a <> b;

create table labels as
select a as vertex, least(a, min(b)) as label from edges group by a;

create or replace table labels as
select vertex, min(label) as label
from (
    select edges.a as vertex, labels.label from edges inner join labels on edges.b = labels.vertex
    union all
    select vertex, label from labels
)
group by vertex;

create or replace table labels as
select vertex, min(label) as label
from (
    select edges.a as vertex, labels.label from edges inner join labels on edges.b = labels.vertex
    union all
    select vertex, label from labels
)
group by vertex;

create or replace table labels as
select vertex, min(label) as label
from (
    select edges.a as vertex, labels.label from edges inner join labels on edges.b = labels.vertex
    union all
    select vertex, label from labels
)
group by vertex;

select error('four rounds do not settle the people')
from edges
inner join labels as from_label on edges.a = from_label.vertex
inner join labels as to_label on edges.b = to_label.vertex
where from_label.label <> to_label.label
limit 1;

create table strong_identifiers as
select distinct
    vertices.identifier,
    coalesce(labels.label, hash(vertices.identifier)) as person
from (select a as identifier from pairs union select b from pairs) as vertices
left join labels on hash(vertices.identifier) = labels.vertex;

-- A phone typed at the till, a cookie and a device belong to the one person they were seen with.
-- A phone seen with nobody is a person of its own; a cookie or a device is not.

create table weak_seen as
select distinct weak, person
from (
    select phone as weak, card as strong from receipt_lines where phone is not null
    union
    select anonymous as weak, openid as strong from events
    union
    select oaid as weak, openid as strong from events where oaid is not null
) as seen
left join strong_identifiers on seen.strong = strong_identifiers.identifier;

create table identifiers as
select identifier, person from strong_identifiers
union all
select
    weak as identifier,
    coalesce(min(person), hash(weak)) as person
from weak_seen
where weak not in (select identifier from strong_identifiers)
group by weak
having count(distinct person) = 1
    or (count(person) = 0 and weak like 'phone:%');

-- Touchpoints: visits, cut where nothing happened for 30 minutes ------------------------------------

create table touchpoints as
select visits.anonymous, visits.started_ms, by_openid.person
from (
    select anonymous, min(openid) as openid, min(time) as started_ms
    from (
        select
            *,
            count_if(coalesce(time - previous_time >= 1800000, true))
                over (partition by anonymous order by time) as visit_no
        from (
            select *, lag(time) over (partition by anonymous order by time) as previous_time
            from events
        )
    )
    group by anonymous, visit_no
) as visits
left join identifiers as by_openid on coalesce(visits.openid, visits.anonymous) = by_openid.identifier;

-- Orders, RFM -------------------------------------------------------------------------------------

create table orders as
select
    'pos:' || receipt as order_id,
    coalesce(any_value(by_card.person), any_value(by_phone.person)) as person,
    min(txn_time) as paid_at_local,
    (sum(paid_fen) / 100)::decimal(18, 2) as net_revenue_cny
from receipt_lines
left join identifiers as by_card on receipt_lines.card = by_card.identifier
left join identifiers as by_phone on receipt_lines.phone = by_phone.identifier
group by receipt
union all
select
    'tmall:' || tid as order_id,
    identifiers.person,
    pay_time as paid_at_local,
    payment as net_revenue_cny
from trades
left join identifiers on trades.ouid = identifiers.identifier;

create table customers as
select
    person,
    date_diff('day', max(paid_at_local)::date, (
        select max(regexp_extract(file, 'dt=([0-9-]+)', 1)::date)
        from glob(getvariable('landing') || '/*/*/*/*')
    )) as recency_days,
    count(*) as order_count,
    sum(net_revenue_cny)::decimal(18, 2) as net_revenue_cny
from orders
where person is not null
group by person;

create table rfm as
select
    person,
    recency_days,
    order_count,
    net_revenue_cny,
    1 + 5 * (rank() over (order by recency_days desc) - 1) // count(*) over () as r_score,
    1 + 5 * (rank() over (order by order_count) - 1) // count(*) over () as f_score,
    1 + 5 * (rank() over (order by net_revenue_cny) - 1) // count(*) over () as m_score
from customers;

-- What came out ----------------------------------------------------------------------------------

create table figures as
select 'people' as figure, count(distinct person)::decimal(18, 2) as value from identifiers
union all
select 'identifiers', count(*) from identifiers
union all
select 'orders', count(*) from orders
union all
select 'orders_of_known_people', count(person) from orders
union all
select 'net_revenue_cny', sum(net_revenue_cny) from orders
union all
select 'customers_with_orders', count(*) from rfm
union all
select 'touchpoints', count(*) from touchpoints
union all
select 'touchpoints_of_known_people', count(person) from touchpoints;
