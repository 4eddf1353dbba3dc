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
        min(one_id) as sample_one_id,
        row_number() over (order by category_set) as set_no

    from sets_of_people

    group by category_set

),

categories_numbered as (

    select
        category,
        row_number() over (order by category) as category_no

    from bought

    group by category

),

-- Whole numbers: with hundreds of categories every set meets tens of thousands of pairs.
categories_of_sets as (

    select
        sets.set_no,
        numbered.category_no

    from sets
    inner join bought
        on sets.sample_one_id = bought.one_id
    inner join categories_numbered as numbered
        on bought.category = numbered.category

),

pairs_ranked as (

    select
        pairs.*,
        one.category_no as because_of_category_no,
        other.category_no,
        row_number() over (
            order by
                pairs.lift desc, pairs.pair_buyer_count desc, pairs.category asc,
                pairs.because_of_category asc
        ) as pair_rank

    from {{ ref('int_goods__category_pairs') }} as pairs
    inner join categories_numbered as one
        on pairs.because_of_category = one.category
    inner join categories_numbered as other
        on pairs.category = other.category

),

best_of_sets as (

    select
        owned.set_no,
        min(pairs_ranked.pair_rank) as pair_rank

    from categories_of_sets as owned
    inner join pairs_ranked
        on owned.category_no = pairs_ranked.because_of_category_no
    left join categories_of_sets as already
        on owned.set_no = already.set_no
        and pairs_ranked.category_no = already.category_no

    where already.set_no is null

    group by owned.set_no

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
    inner join sets
        on sets_of_people.category_set = sets.category_set
    inner join best_of_sets
        on sets.set_no = best_of_sets.set_no
    inner join pairs_ranked as best
        on best_of_sets.pair_rank = best.pair_rank

)

select * from final
