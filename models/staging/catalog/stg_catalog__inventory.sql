{#
    Grain: one row per day, store and product, as in the newest delivery that names it.
    A store that sends a day again corrects it, whichever way the figures went.
#}
with

inventory as (

    select *

    from {{ source('catalog', 'inventory') }}

    {{ delivered() }}

),

newest_delivered as (

    select *

    from inventory

    qualify row_number() over (
        partition by date, store_id, sku
        order by
            dt desc, opening_units desc, received_units desc nulls last, sold_units desc nulls last
    ) = 1

),

final as (

    select
        -- ids
        store_id,
        sku,

        -- numbers
        opening_units,
        coalesce(received_units, 0) as received_units,
        coalesce(sold_units, 0) as sold_units,

        -- dates
        date as stock_date,
        dt as delivered_date

    from newest_delivered

)

select * from final
