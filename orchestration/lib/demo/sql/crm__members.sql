-- csv: member changes; name, e-mail and address are native fields no contract declares
select
    member_id, phone, card_no, wx_unionid, name, email,
    city || '市中心路' || (length(name) * 7) || '号' as address,
    register_time::timestamp as register_time, register_channel, register_store, level, status,
    birthday, gender, city, 'yutang' as brand, updated_at::timestamp as updated_at
from rows
