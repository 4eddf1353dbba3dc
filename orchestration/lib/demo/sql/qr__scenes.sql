-- csv: QR codes
select scene, campaign_id, placement, created_at from rows
