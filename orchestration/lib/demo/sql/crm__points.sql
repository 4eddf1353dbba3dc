-- csv: points ledger
select
    'L' || lpad(n::varchar, 10, '0') as ledger_id, member_id, change, balance_after, reason, biz_id,
    occurred_at::timestamp as occurred_at, expire_at::timestamp as expire_at
from rows
