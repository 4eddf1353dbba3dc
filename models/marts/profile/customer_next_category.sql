{#
    Grain: one row per buyer who has not bought in every category, where one is in sight (one_id).
    The category that buyers of what the person bought also bought, most above chance (lift), among
    those the person has not bought. Pairs of fewer than var next_category_min_buyers people are
    no evidence. Ties: more people, then the names.
    Surprise: the answer depends only on the set of categories bought, so each set is solved once.
#}

with

lines as (

    select * from {{ ref('int_goods__lines_settled') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

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

sets_of_people as (

    select
        one_id,
        {{ sorted_text_list("category || '|'") }} as category_set

    from bought

    group by one_id

),

sets as (

    select
        category_set,
        min(one_id) as sample_one_id

    from sets_of_people

    group by category_set

),

categories_of_sets as (

    select
        sets.category_set,
        bought.category

    from sets
    inner join bought
        on sets.sample_one_id = bought.one_id

),

pairs as (

    select * from {{ ref('int_goods__category_pairs') }}

),

best_of_sets as (

    select
        owned.category_set,
        pairs.category,
        pairs.because_of_category,
        pairs.lift,
        pairs.pair_buyer_count,
        pairs.total_buyer_count

    from categories_of_sets as owned
    inner join pairs
        on owned.category = pairs.because_of_category
    left join categories_of_sets as already
        on owned.category_set = already.category_set
        and pairs.category = already.category

    where already.category is null

    qualify row_number() over (
        partition by owned.category_set
        order by
            pairs.lift desc, pairs.pair_buyer_count desc, pairs.category asc,
            pairs.because_of_category asc
    ) = 1

),

final as (

    select
        cast(sets_of_people.one_id as string) as one_id,
        cast(best.category as string) as category,
        cast(best.because_of_category as string) as because_of_category,
        cast(best.lift as decimal(18, 4)) as lift,
        cast(best.pair_buyer_count as bigint) as support_buyer_count,
        {{ share_pct('best.pair_buyer_count', 'best.total_buyer_count') }} as support_pct,
        cast(as_of.as_of_date as date) as as_of_date

    from sets_of_people
    cross join as_of
    inner join best_of_sets as best
        on sets_of_people.category_set = best.category_set

)

select * from final
