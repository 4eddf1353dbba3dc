-- Grain: one store with at least one receipt; the package says nothing else about stores.

select distinct
    date '2017-02-01' as delivered_date,
    cast(store_id as varchar) as store_id,
    concat('Store ', store_id) as store_name,
    'Complete Journey' as brand

from transactions

order by transactions.store_id
