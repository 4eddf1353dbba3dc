{#
    Grain: one row per store, as in the newest delivery that names it.
#}
with

stores as (

    select *

    from {{ source('pos', 'stores') }}

    {{ delivered() }}

),

newest_delivered as (

    select *

    from stores

    qualify row_number() over (
        partition by store_id
        order by dt desc, opened_date desc, store_name desc, city desc, brand desc
    ) = 1

),

final as (

    select
        -- ids
        store_id,

        -- text
        {{ clean_text('store_name') }} as store_name,
        {{ clean_text('city') }} as city,
        {{ clean_text('province') }} as province,
        {{ clean_text('brand') }} as brand,

        -- dates
        opened_date,
        dt as delivered_date

    from newest_delivered

)

select * from final
