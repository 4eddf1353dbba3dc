-- csv: the call centre's export; the note is a native field no contract declares
select
    'CALL' || lpad(n::varchar, 7, '0') as call_id, phone, 'agent_' || agent as agent_id, purpose,
    campaign_id, called_at::timestamp as called_at, outcome, duration_s,
    '联系人：' || name as note
from rows
