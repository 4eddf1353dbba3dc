-- catalog.products: 2,000 products.

select
    'P' || lpad(range::varchar, 5, '0') as sku,
    'Product ' || range as product_name,
    'Category ' || range % 20 as category,
    'main' as brand,
    price_of(range) as list_price_fen,
    price_of(range) // 2 as cost_fen,
    30 + range % 60 as repurchase_cycle_days

from range(2000)
