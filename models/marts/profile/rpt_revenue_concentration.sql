{#
    Grain: one row per percentile of customers, 1 the best by net revenue, 100 the last.
    How much of the revenue the best customers bring (80/20), the Lorenz curve, and the Gini
    coefficient of all (the same in every row).
    Surprise: percentile p ends at the floor(p * customers / 100)-th customer; among customers of
    equal revenue it does not matter who that is, so nobody is ranked one by one.
#}

with

customers as (

    select * from {{ ref('customer_value') }}

),

values_counted as (

    select
        {{ cny_to_fen('ltv_cny') }} as ltv_fen,
        count(*) as customers

    from customers

    group by ltv_cny

),

values_ranked as (

    select
        *,
        sum(customers) over best_first as last_rank,
        sum(customers * ltv_fen) over best_first as cumulative_fen

    from values_counted

    window best_first as (
        order by ltv_fen desc rows between unbounded preceding and current row
    )

),

totals as (

    select
        cast(sum(customers) as bigint) as customers,
        cast(sum(customers * ltv_fen) as bigint) as net_revenue_fen,
        -- Sum over customers, poorest first, of (2 * rank - customers - 1) * revenue.
        sum(
            cast(
                customers * (total_customers + 1)
                - last_rank * (last_rank + 1)
                + (last_rank - customers) * (last_rank - customers + 1)
                as decimal(20, 0)
            ) * cast(ltv_fen as decimal(18, 0))
        ) as weighted_fen

    from values_ranked
    cross join (select sum(customers) as total_customers from values_counted) as everyone

),

digits as (

    select digit
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as digits (digit)

),

percentiles as (

    select
        10 * tens.digit + ones.digit + 1 as percentile,
        cast(
            {{ whole_quotient('(10 * tens.digit + ones.digit + 1) * totals.customers', '100') }}
            as bigint
        ) as last_rank

    from digits as tens
    cross join digits as ones
    cross join totals

),

curve as (

    select
        percentiles.percentile,
        percentiles.last_rank as cumulative_customers,
        cast(coalesce(
            ranked.cumulative_fen - (ranked.last_rank - percentiles.last_rank) * ranked.ltv_fen, 0
        ) as bigint) as cumulative_fen

    from percentiles
    left join values_ranked as ranked
        on percentiles.last_rank <= ranked.last_rank
        and percentiles.last_rank > ranked.last_rank - ranked.customers

),

final as (

    select
        cast(curve.percentile as integer) as percentile,
        cast(curve.cumulative_customers - coalesce(
            lag(curve.cumulative_customers) over (order by curve.percentile), 0
        ) as bigint) as customers,
        {{ fen_to_cny(
            'curve.cumulative_fen'
            ~ ' - coalesce(lag(curve.cumulative_fen) over (order by curve.percentile), 0)'
        ) }} as net_revenue_cny,
        curve.cumulative_customers,
        {{ fen_to_cny('curve.cumulative_fen') }} as cumulative_net_revenue_cny,
        {{ ratio('curve.cumulative_customers', 'totals.customers') }} as customer_ratio,
        case when totals.net_revenue_fen > 0 then
            {{ ratio('curve.cumulative_fen', 'totals.net_revenue_fen') }}
        end as revenue_ratio,
        case when totals.net_revenue_fen > 0 then cast(
            cast(floor(
                10000 * cast(totals.weighted_fen as double)
                / (cast(totals.customers as double) * cast(totals.net_revenue_fen as double)) + 0.5
            ) as decimal(18, 0)) * cast(0.0001 as decimal(4, 4)) as decimal(9, 4)
        ) end as gini_ratio

    from curve
    cross join totals

    where totals.customers > 0

)

select * from final
