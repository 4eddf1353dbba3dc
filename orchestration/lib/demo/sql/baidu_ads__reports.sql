-- csv: cost in yuan
select
    'BD6640' as account_id, date, campaign_id as plan_id, campaign_name as plan_name,
    campaign_id || '-n' || (ad % 2) as unit_id, campaign_id || '-i' || ad as idea_id,
    (cost_fen::decimal(18, 2) / 100)::decimal(18, 2) as cost,
    impressions as impression, clicks as click, conversions
from rows
