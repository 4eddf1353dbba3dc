{#
    Grain: one row per ordered pair of categories that at least var next_category_min_buyers people
    bought in (because_of_category, category).
    How much more often than by chance a person buys in both, on any day and channel.
#}
{%- set min_buyers = definition('next_category_min_buyers', 1, 1000000) %}

with

lines as (

    select * from {{ ref('int_goods__lines_settled') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

bought as (

    select distinct
        lines.one_id,
        products.category

    from lines
    inner join products
        on lines.sku = products.sku

    where lines.one_id is not null
        and lines.quantity > 0
        and products.category is not null

),

buyers_counted as (

    select count(distinct one_id) as buyer_count from bought

),

buyers_of_categories as (

    select
        category,
        count(*) as buyer_count

    from bought

    group by category

),

pairs as (

    select
        one.category as because_of_category,
        other.category,
        count(*) as pair_buyer_count

    from bought as one
    inner join bought as other
        on one.one_id = other.one_id
        and one.category <> other.category

    group by one.category, other.category

    having count(*) >= {{ min_buyers }}

),

final as (

    select
        pairs.because_of_category,
        pairs.category,
        pairs.pair_buyer_count,
        buyers_counted.buyer_count as total_buyer_count,
        {{ lift('pairs.pair_buyer_count', 'one.buyer_count', 'other.buyer_count',
                'buyers_counted.buyer_count') }} as lift

    from pairs
    cross join buyers_counted
    inner join buyers_of_categories as one
        on pairs.because_of_category = one.category
    inner join buyers_of_categories as other
        on pairs.category = other.category

)

select * from final
