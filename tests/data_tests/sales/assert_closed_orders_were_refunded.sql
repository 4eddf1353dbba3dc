-- A row is an order that its platform closed after payment although no refund gave money back: a
-- refund export is late or missing, and net revenue is too high by the amount. A warning, because
-- the refund is usually delivered some days after the trade.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'fct_orders'}}}) }}

select
    order_id,
    channel_status,
    paid_cny

from {{ ref('fct_orders') }}

where (channel_status = 'TRADE_CLOSED' or (channel = 'douyin' and channel_status = 'cancelled'))
    and paid_cny > 0
    and refunded_cny = 0
