-- csv: cost in yuan
select
    'OE5520' as advertiser_id, date as stat_date, campaign_id, campaign_name,
    campaign_id || '-p' || ad as promotion_id,
    (cost_fen::decimal(18, 2) / 100)::decimal(18, 2) as stat_cost,
    impressions as show_cnt, clicks as click_cnt, conversions as convert_cnt,
    conversions as attribution_convert_cnt
from rows
