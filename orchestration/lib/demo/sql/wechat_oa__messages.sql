-- ndjson: the sender's log; the texts of the template are a native field no contract declares
select
    '$OA_APPID' as appid, openid, 'TM_' || campaign_id as template_id,
    campaign_id || '-' || strftime(make_timestamp(sent_at * 1000000), '%Y%m%d') as client_msg_id,
    msgid, campaign_id, sent_at, status as "Status",
    {first: {value: name || '，您好'}} as data
from rows
