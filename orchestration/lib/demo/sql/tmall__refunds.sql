-- ndjson: TOP refund; tid and oid are integers here, text in the trade
select
    refund_id,
    tid::bigint as tid,
    oid::bigint as oid,
    (fee_fen::decimal(18, 2) / 100)::decimal(18, 2)::varchar as refund_fee,
    'onsale' as refund_phase,
    status,
    strftime(created::timestamp, '%Y-%m-%d %H:%M:%S') as created,
    strftime(modified::timestamp, '%Y-%m-%d %H:%M:%S') as modified,
    shop as shop_id,
    ouid
from rows
