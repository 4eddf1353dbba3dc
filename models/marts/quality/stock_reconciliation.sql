{#
    Grain: one row per day, store and product on which the stock system and the receipts disagree
    (date, store_id, sku), within the days the store reports the product at all.
    Nothing is repaired: a difference is a late receipt, a wrong booking or a theft, and somebody
    has to look.
#}
with

stock as (

    select * from {{ ref('fct_inventory_days') }}

),

receipts as (

    select
        store_id,
        sku,
        business_date,
        sum(quantity) as receipt_units

    from {{ ref('fct_order_lines') }}

    where store_id is not null
        and sku is not null

    group by store_id, sku, business_date

),

ranges as (

    select
        store_id,
        sku,
        min(date) as first_date,
        max(date) as last_date

    from stock

    group by store_id, sku

),

receipts_of_reported_products as (

    select receipts.*

    from receipts
    inner join ranges
        on receipts.store_id = ranges.store_id
        and receipts.sku = ranges.sku
        and receipts.business_date between ranges.first_date and ranges.last_date

),

compared as (

    select
        coalesce(stock.date, receipts.business_date) as date,
        coalesce(stock.store_id, receipts.store_id) as store_id,
        coalesce(stock.sku, receipts.sku) as sku,
        stock.sold_units,
        coalesce(receipts.receipt_units, 0) as receipt_units

    from stock
    full outer join receipts_of_reported_products as receipts
        on stock.store_id = receipts.store_id
        and stock.sku = receipts.sku
        and stock.date = receipts.business_date

),

final as (

    select
        cast(date as date) as date,
        cast(store_id as string) as store_id,
        cast(sku as string) as sku,
        case
            when sold_units is null then 'day_not_reported'
            when receipt_units = 0 then 'no_receipt'
            when sold_units > receipt_units then 'fewer_on_receipts'
            else 'more_on_receipts'
        end as difference_type,
        cast(sold_units as decimal(18, 3)) as sold_units,
        cast(receipt_units as decimal(18, 3)) as receipt_units,
        cast(coalesce(sold_units, 0) - receipt_units as decimal(18, 3)) as unexplained_units

    from compared

    where coalesce(sold_units, 0) <> receipt_units

)

select * from final
