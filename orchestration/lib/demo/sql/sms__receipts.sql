-- ndjson: delivery reports of the carriers
select
    out_id, phone, strftime(send_time::timestamp, '%Y-%m-%d %H:%M:%S') as send_time,
    strftime(report_time::timestamp, '%Y-%m-%d %H:%M:%S') as report_time, success, err_code,
    '1' as sms_size, 'biz_' || strftime(send_time::timestamp, '%Y%m%d%H') as biz_id
from rows
