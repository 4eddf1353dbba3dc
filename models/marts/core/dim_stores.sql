{#
    Grain: one row per store of the store master (store_id).
#}
with

stores as (

    select * from {{ ref('stg_pos__stores') }}

),

final as (

    select
        cast(store_id as string) as store_id,
        cast(store_name as string) as store_name,
        cast(city as string) as city,
        cast(province as string) as province,
        cast(brand as string) as brand,
        cast(opened_date as date) as opened_date

    from stores

)

select * from final
