{#
    Grain: one row per length of period, store and product with a report in that period
    (period_days, store_id, sku). Periods end with the as-of day; var stock_periods_days.
    Stock movements of the period, and the units that receipts and takeaway show for the same days.
#}
with

stock as (

    select * from {{ ref('fct_inventory_days') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

units_on_receipts as (

    select
        store_id,
        sku,
        business_date,
        sum(quantity) as receipt_units

    from {{ ref('fct_order_lines') }}

    where store_id is not null

    group by store_id, sku, business_date

),

periods as (

    {% for days in var('stock_periods_days') %}
    select {{ days }} as period_days
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

days_in_period as (

    select
        periods.period_days,
        stock.*,
        coalesce(receipts.receipt_units, 0) as receipt_units,
        as_of.as_of_date

    from stock
    cross join as_of
    inner join periods
        on {{ days_between('stock.date', 'as_of.as_of_date') }} < periods.period_days
    left join units_on_receipts as receipts
        on stock.store_id = receipts.store_id
        and stock.sku = receipts.sku
        and stock.date = receipts.business_date

),

final as (

    select
        period_days,
        store_id,
        sku,
        min_by(opening_units, date) as opening_units,
        max_by(closing_units, date) as closing_units,
        sum(received_units) as received_units,
        sum(sold_units) as sold_units,
        sum(receipt_units) as receipt_units,
        count(*) as reported_days,
        count(*) filter (where is_stocked_out) as stocked_out_days,
        max(date) as stock_date,
        max(as_of_date) as as_of_date

    from days_in_period

    group by period_days, store_id, sku

)

select * from final
