-- ndjson: member bindings
select
    shop as shop_id, ouid, omid, mobile, member as outer_member_id, name as nick,
    level::varchar as level, (bound - 28800) * 1000 as bind_time, (bound - 28800) * 1000 + 7 as version
from rows
