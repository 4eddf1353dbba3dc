{#
    Grain: one row per ordered pair of products bought in one order (sku, other_sku): who buys sku,
    also buys other_sku. Both orders of a pair are rows, because only lift and support are the same.
    Surprise: orders with more than var affinity_max_basket_skus different products are left out of
    every count, totals too: the pairs of one order grow with the square of its products.
#}
{%- set min_orders = definition('affinity_min_orders', 1, 1000000) %}

with

baskets as (

    select * from {{ ref('int_goods__baskets') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

totals as (

    select count(distinct order_id) as order_count from baskets

),

orders_of_products as (

    select
        sku,
        count(*) as order_count

    from baskets

    group by sku

),

pairs as (

    select
        one.sku as first_sku,
        other.sku as second_sku,
        count(*) as pair_order_count,
        max(one.as_of_date) as as_of_date

    from baskets as one
    inner join baskets as other
        on one.order_id = other.order_id
        and one.sku < other.sku

    where one.basket_sku_count > 1
        and other.basket_sku_count > 1

    group by one.sku, other.sku

    having count(*) >= {{ min_orders }}

),

both_ways as (

    select
        first_sku as sku,
        second_sku as other_sku,
        pair_order_count,
        as_of_date

    from pairs

    union all

    select
        second_sku as sku,
        first_sku as other_sku,
        pair_order_count,
        as_of_date

    from pairs

),

measured as (

    select
        pairs.*,
        one.order_count as sku_order_count,
        other.order_count as other_sku_order_count,
        totals.order_count as total_order_count,
        {{ lift('pairs.pair_order_count', 'one.order_count', 'other.order_count',
                'totals.order_count') }} as lift

    from both_ways as pairs
    cross join totals
    inner join orders_of_products as one
        on pairs.sku = one.sku
    inner join orders_of_products as other
        on pairs.other_sku = other.sku

),

final as (

    select
        cast(pairs.sku as string) as sku,
        cast(pairs.other_sku as string) as other_sku,
        cast(products.category as string) as category,
        cast(other_products.category as string) as other_category,
        cast(pairs.pair_order_count as bigint) as pair_order_count,
        cast(pairs.sku_order_count as bigint) as sku_order_count,
        cast(pairs.other_sku_order_count as bigint) as other_sku_order_count,
        cast(pairs.total_order_count as bigint) as total_order_count,
        {{ four_decimals(rounded_quotient(
            '1000000 * pairs.pair_order_count', 'pairs.total_order_count'
        )) }} as support_pct,
        {{ share_pct('pairs.pair_order_count', 'pairs.sku_order_count') }} as confidence_pct,
        cast(pairs.lift as decimal(18, 4)) as lift,
        cast(row_number() over (
            partition by pairs.sku
            order by pairs.lift desc, pairs.pair_order_count desc, pairs.other_sku asc
        ) as integer) as affinity_rank,
        cast(pairs.as_of_date as date) as as_of_date

    from measured as pairs
    left join products
        on pairs.sku = products.sku
    left join products as other_products
        on pairs.other_sku = other_products.sku

)

select * from final
