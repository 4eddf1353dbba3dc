{#
    Grain: one row per day, store and product (date, store_id, sku).
    Stock at the ends of every day that the stores report, up to the as-of day.
    Surprise: what opens a day is not always what closed the day before; the difference was counted,
    lost or returned, and is adjusted_units. A day that is not reported has no row.
#}
with

inventory as (

    select * from {{ ref('stg_catalog__inventory') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

days_closed as (

    select
        inventory.store_id,
        inventory.sku,
        inventory.opening_units,
        inventory.received_units,
        inventory.sold_units,
        inventory.opening_units + inventory.received_units - inventory.sold_units as closing_units,
        inventory.stock_date

    from inventory
    cross join as_of

    where inventory.stock_date <= as_of.as_of_date

),

days_compared as (

    select
        *,
        lag(closing_units) over (partition by store_id, sku order by stock_date)
            as closed_before_units,
        lag(stock_date) over (partition by store_id, sku order by stock_date) as date_before

    from days_closed

),

final as (

    select
        -- ids
        cast(store_id as string) as store_id,
        cast(sku as string) as sku,

        -- numbers
        cast(opening_units as decimal(18, 3)) as opening_units,
        cast(received_units as decimal(18, 3)) as received_units,
        cast(sold_units as decimal(18, 3)) as sold_units,
        cast(closing_units as decimal(18, 3)) as closing_units,
        cast(
            case
                when {{ days_between('date_before', 'stock_date') }} = 1
                    then opening_units - closed_before_units
            end as decimal(18, 3)
        ) as adjusted_units,

        -- booleans
        closing_units <= 0 as is_stocked_out,

        -- dates
        cast(stock_date as date) as date

    from days_compared

)

select * from final
