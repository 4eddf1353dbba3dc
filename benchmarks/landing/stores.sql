-- pos.stores: 200 stores.

select
    'S' || lpad(range::varchar, 4, '0') as store_id,
    'Store ' || range as store_name,
    case range % 3 when 0 then '上海' when 1 then '杭州' else '北京' end as city,
    case range % 3 when 0 then '上海' when 1 then '浙江' else '北京' end as province,
    date '2020-01-01' as opened_date,
    'main' as brand

from range(200)
