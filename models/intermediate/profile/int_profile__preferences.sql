{#
    Grain: one row per one_id, facet and facet_value: how much of what a person buys is of a kind.
    Facets by orders: channel, store, daypart. By order lines: category, brand, price_band.
    preference_rank 1 is the favourite: most purchases, then the newest, then the name.
#}
{%- set by_orders = {'channel': 'channel', 'store': 'store_id', 'daypart': 'daypart'} %}
{%- set by_lines = {'category': 'category', 'brand': 'product_brand', 'price_band': 'price_band'} %}
with

lines as (

    select * from {{ ref('int_profile__lines_described') }}

),

orders as (

    select
        *,
        extract(hour from {{ to_local('paid_at') }}) as paid_hour

    from {{ ref('int_lifecycle__purchases_sequenced') }}

),

orders_with_daypart as (

    select
        *,
        {{ daypart_of('paid_hour') }} as daypart

    from orders

),

purchases_by_facet as (

    {% for facet, column in by_orders.items() %}
    select
        one_id,
        '{{ facet }}' as facet,
        {{ column }} as facet_value,
        count(*) as purchase_count,
        max(paid_at) as last_paid_at

    from orders_with_daypart

    where {{ column }} is not null

    group by one_id, {{ column }}

    union all
    {% endfor %}
    {%- for facet, column in by_lines.items() %}
    select
        one_id,
        '{{ facet }}' as facet,
        {{ column }} as facet_value,
        count(*) as purchase_count,
        max(paid_at) as last_paid_at

    from lines

    where {{ column }} is not null

    group by one_id, {{ column }}
    {% if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}

),

final as (

    select
        one_id,
        facet,
        facet_value,
        purchase_count,
        sum(purchase_count) over (partition by one_id, facet) as facet_purchase_count,
        row_number() over (
            partition by one_id, facet
            order by purchase_count desc, last_paid_at desc, facet_value asc
        ) as preference_rank,
        last_paid_at

    from purchases_by_facet

)

select * from final
