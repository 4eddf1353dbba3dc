-- One row per person and phone: what may be compared. Published tables and raw/ only: tokens,
-- and the birthday that members state.
create temp table identifiers as
select
    bridge.identifier_token,
    bridge.identifier_type,
    bridge.one_id,
    types.rank::integer as identifier_rank
from published.core.bridge_customer_identifiers as bridge
left join read_csv($types_file, header = true, all_varchar = true) as types
    on types.identifier_type = case
        when bridge.identifier_type = 'phone' and bridge.identifier_class = 'weak' then 'phone_unverified'
        else bridge.identifier_type
    end
where bridge.one_id is not null;

-- The identifier that stands for a person in a link: the best rank, the smallest token.
create temp table best_identifiers as
select
    one_id,
    arg_min(identifier_token, (coalesce(identifier_rank, 99), identifier_token)) as token
from identifiers
group by one_id;

create temp table birthdays as
select
    identifiers.one_id,
    arg_max(members.birthday, (members.updated_at, members.member_id)) as birth_date
from read_parquet($members_files, hive_partitioning = true, union_by_name = true) as members
inner join identifiers
    on members.member_id = identifiers.identifier_token
where members.birthday is not null
    and members.dt <= $as_of
group by identifiers.one_id;

create temp table people as
select
    phones.identifier_token as phone_token,
    phones.one_id,
    customers.gender,
    customers.home_city,
    strftime(birthdays.birth_date, '%Y%m%d') as birth_date
from identifiers as phones
left join published.core.dim_customers as customers
    on phones.one_id = customers.one_id
left join birthdays
    on phones.one_id = birthdays.one_id
where phones.identifier_type = 'phone';
