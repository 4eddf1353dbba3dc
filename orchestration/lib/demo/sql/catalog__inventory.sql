-- csv: one line per day, store and product
select date, store as store_id, sku, opening as opening_units, received as received_units,
    sold as sold_units
from rows
