{#
    Grain: one row per order and product in it (order_id, sku), orders of the last var
    affinity_window_days with at most var affinity_max_basket_skus different products.
    The baskets that say what is bought together; gifts (quantity 0) are not bought.
#}
{%- set window_days = definition('affinity_window_days', 1, 3650) %}
{%- set max_basket = definition('affinity_max_basket_skus', 2, 200) %}

with

lines as (

    select * from {{ ref('fct_order_lines') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

baskets as (

    select distinct
        lines.order_id,
        lines.sku,
        as_of.as_of_date

    from lines
    cross join as_of

    where lines.sku is not null
        and lines.quantity > 0
        and {{ days_between('lines.business_date', 'as_of.as_of_date') }} < {{ window_days }}

),

baskets_counted as (

    select
        *,
        count(*) over (partition by order_id) as basket_sku_count

    from baskets

),

final as (

    select * from baskets_counted

    where basket_sku_count <= {{ max_basket }}

)

select * from final
