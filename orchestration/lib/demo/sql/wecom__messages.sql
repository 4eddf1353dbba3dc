-- ndjson: results of mass messages; the text is a native field no contract declares
select
    '$CORPID' as corpid, msgid, staff as userid, external as external_userid, action_id, status,
    nullif(send_time, 0) as send_time, campaign_id, name || '，新品到店' as text
from rows
