-- csv: store master; the manager is a native field no contract declares
select store_id, store_name, city, province, opened_date, 'yutang' as brand, manager
from rows
