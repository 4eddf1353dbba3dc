-- csv: cost in yuan; some units are pulled by hour
select
    'KS7710' as account_id, date as stat_date, hour as stat_hour, campaign_id, campaign_name,
    campaign_id || '-u' || ad as unit_id,
    (cost_fen::decimal(18, 4) / 100)::decimal(18, 4) as charge,
    impressions as "show", impressions // 2 as aclick, clicks as bclick, clicks + 1 as photo_click,
    conversions as event_pay, (conversions * 88.5)::decimal(18, 2) as event_pay_purchase_amount
from rows
