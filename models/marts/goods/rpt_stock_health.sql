{#
    Grain: one row per length of period, store and product with a report in that period
    (period_days, store_id, sku). Periods end with the as-of day; var stock_periods_days.
    How fast stock sells, how long it lasts, what does not move (docs/guides/goods-and-stores.md).
    Surprise: units sold are those of the stock system. What receipts and takeaway say for the same
    days stands beside them, and the difference is shown, never repaired.
#}
{%- set low_cover = definition('stock_low_cover_days', 0, 365) %}
{%- set slow_cover = definition('slow_mover_min_cover_days', 1, 3650) %}
{%- set slow_sell_through = definition('slow_mover_max_sell_through_pct', 0, 100) %}
{%- set slow_reported = definition('slow_mover_min_reported_days', 1, 365) %}

with

periods as (

    select * from {{ ref('int_goods__stock_periods') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

measured as (

    select
        *,
        {{ share_pct(
            thousandths_of('sold_units'), thousandths_of('opening_units + received_units')
        ) }} as sell_through_pct,
        case
            when sold_units > 0
                then cast({{ rounded_quotient(
                    '10 * reported_days * ' ~ thousandths_of('greatest(closing_units, 0)'),
                    thousandths_of('sold_units')
                ) }} as decimal(18, 0)) * cast(0.1 as decimal(2, 1))
        end as stock_cover_days

    from periods

),

judged as (

    select
        *,
        coalesce(
            closing_units > 0
            and reported_days >= {{ slow_reported }}
            and sell_through_pct <= {{ slow_sell_through }}
            and (stock_cover_days is null or stock_cover_days >= {{ slow_cover }}),
            false
        ) as is_slow_mover

    from measured

),

final as (

    select
        cast(judged.period_days as integer) as period_days,
        cast(judged.store_id as string) as store_id,
        cast(judged.sku as string) as sku,
        case
            when judged.closing_units <= 0 then 'stocked_out'
            when judged.is_slow_mover then 'slow_mover'
            when judged.stock_cover_days < {{ low_cover }} then 'low'
            else 'healthy'
        end as stock_status,
        cast(judged.reported_days as bigint) as reported_days,
        cast(judged.opening_units as decimal(18, 3)) as opening_units,
        cast(judged.received_units as decimal(18, 3)) as received_units,
        cast(judged.sold_units as decimal(18, 3)) as sold_units,
        cast(judged.closing_units as decimal(18, 3)) as closing_units,
        cast(
            judged.closing_units
            - (judged.opening_units + judged.received_units - judged.sold_units)
            as decimal(18, 3)
        ) as adjusted_units,
        cast(judged.receipt_units as decimal(18, 3)) as receipt_units,
        cast(judged.sold_units - judged.receipt_units as decimal(18, 3)) as unexplained_units,
        cast(judged.sell_through_pct as decimal(18, 2)) as sell_through_pct,
        cast(judged.stock_cover_days as decimal(18, 1)) as stock_cover_days,
        cast(judged.stocked_out_days as bigint) as stocked_out_days,
        {{ fen_to_cny(rounded_quotient(
            thousandths_of('greatest(judged.closing_units, 0)') ~ ' * '
            ~ fen_of('products.cost_cny'), '1000'
        )) }} as stock_value_cny,
        judged.is_slow_mover,
        cast(judged.stock_date as date) as stock_date,
        cast(judged.as_of_date as date) as as_of_date

    from judged
    left join products
        on judged.sku = products.sku

)

select * from final
