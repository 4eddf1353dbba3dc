-- csv: store master; the manager is a native field no contract declares. The last stores are those of
-- the group's second brand, which sells the same range to people who also buy from the first.
select
    store_id,
    case when store_id >= 'S025' then replace(store_name, '鱼塘', '荷塘') else store_name end as store_name,
    city, province, opened_date,
    case when store_id >= 'S025' then 'hetang' else 'yutang' end as brand,
    manager
from rows
