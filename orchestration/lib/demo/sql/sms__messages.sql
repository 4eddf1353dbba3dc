-- ndjson: messages handed to the provider; the text is a native field no contract declares
select
    out_id, phone, 'TPL_' || campaign_id as template_code, campaign_id,
    strftime(send_time::timestamp, '%Y-%m-%d %H:%M:%S') as send_time,
    '【鱼塘】' || name || '，本周会员日，回T退订' as content
from rows
