{#
    Grain: one row per store and home city of its customers (store_id, home_city, home_province);
    city and province are null for customers whose home is not known.
    Where the customers of a store live.
    Surprise: a home that was only inferred from visits to stores counts as not known here, or every
    store would be found to lie where its customers live. Orders without a person are no customer's.
#}
with

orders as (

    select * from {{ ref('fct_orders') }}

    where store_id is not null
        and one_id is not null

),

homes as (

    select * from {{ ref('int_profile__demographics') }}

    where home_city_source <> 'store_visits'

),

stores as (

    select * from {{ ref('dim_stores') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

areas as (

    select
        orders.store_id,
        homes.home_city,
        homes.home_province,
        count(distinct orders.one_id) as customer_count,
        count(*) as order_count,
        sum(orders.net_revenue_cny) as net_revenue_cny

    from orders
    left join homes
        on orders.one_id = homes.one_id

    group by orders.store_id, homes.home_city, homes.home_province

),

areas_compared as (

    select
        *,
        cast(sum(customer_count) over (partition by store_id) as bigint) as store_customer_count,
        sum(net_revenue_cny) over (partition by store_id) as store_net_revenue_cny,
        row_number() over (
            partition by store_id, home_city is null
            order by
                customer_count desc, net_revenue_cny desc, home_city asc,
                home_province asc nulls last
        ) as area_rank

    from areas

),

final as (

    select
        cast(areas.store_id as string) as store_id,
        cast(areas.home_city as string) as home_city,
        cast(areas.home_province as string) as home_province,
        cast(areas.customer_count as bigint) as customer_count,
        cast(areas.order_count as bigint) as order_count,
        cast(areas.net_revenue_cny as decimal(18, 2)) as net_revenue_cny,
        {{ share_pct('areas.customer_count', 'areas.store_customer_count') }} as customers_pct,
        {{ share_pct(
            fen_of('areas.net_revenue_cny'), fen_of('areas.store_net_revenue_cny')
        ) }} as net_revenue_pct,
        cast(case when areas.home_city is not null then areas.area_rank end as integer)
            as area_rank,
        case when stores.city is not null then areas.home_city = stores.city end as is_store_city,
        cast(as_of.as_of_date as date) as as_of_date

    from areas_compared as areas
    cross join as_of
    left join stores
        on areas.store_id = stores.store_id

)

select * from final
