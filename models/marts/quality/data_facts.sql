{#
    Grain: one row per channel and fact.
    Oddities of the sales data that are no errors of a load: they stay in the marts as delivered
    and are counted here, so that nobody meets them first in a chart.
#}
with

order_lines as (

    select * from {{ ref('fct_order_lines') }}

),

products as (

    select sku from {{ ref('dim_products') }}

),

lines_joined_to_products as (

    select
        order_lines.*,
        products.sku is null as is_unknown_product

    from order_lines
    left join products
        on order_lines.sku = products.sku

),

measured as (

    select
        channel,
        count(*) as line_count,
        count_if(is_unknown_product) as unknown_product_count,
        count_if(quantity = 0) as quantity_zero_count,
        count_if(paid_cny = 0) as paid_zero_count,
        count_if(paid_cny < 0) as paid_negative_count,
        count_if(discount_cny < 0) as discount_negative_count,
        max(quantity) as largest_quantity

    from lines_joined_to_products

    group by channel

),

facts as (

    {% set facts = {
        'lines': 'line_count',
        'lines_without_known_product': 'unknown_product_count',
        'lines_with_quantity_zero': 'quantity_zero_count',
        'lines_paid_zero': 'paid_zero_count',
        'lines_paid_negative': 'paid_negative_count',
        'lines_paid_above_gross': 'discount_negative_count',
        'largest_quantity': 'largest_quantity',
    } -%}
    {% for fact, column in facts.items() %}
    select
        channel,
        '{{ fact }}' as fact,
        {{ column }} as value,
        case
            when '{{ fact }}' <> 'largest_quantity' then 100.0 * {{ column }} / line_count
        end as share_pct

    from measured
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

final as (

    select
        cast(channel as string) as channel,
        cast(fact as string) as fact,
        cast(value as decimal(18, 3)) as value,
        cast(share_pct as decimal(9, 4)) as share_pct

    from facts

)

select * from final
