-- Grain: one product; the brand says whether it is a national or a private label.

select
    date '2017-02-01' as delivered_date,
    cast(product_id as varchar) as sku,
    nullif(concat_ws(' ', product_type, package_size), '') as product_name,
    product_category as category,
    brand,
    department,
    manufacturer_id

from products

order by product_id
