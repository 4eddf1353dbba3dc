-- csv: product master
select
    sku, product_name, category, 'yutang' as brand, list_price_fen, cost_fen,
    repurchase_cycle_days, 'pcs' as unit
from rows
