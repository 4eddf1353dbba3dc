-- csv: cost in fen
select
    'TA8830' as account_id, date, campaign_id, campaign_name,
    campaign_id || '-g' || (ad % 2) as adgroup_id, campaign_id || '-a' || ad as ad_id,
    cost_fen as cost, impressions as view_count, clicks as valid_click_count,
    conversions as conversions_count, conversions // 4 as conversions_by_display_count,
    conversions - conversions // 4 as conversions_by_click_count
from rows
