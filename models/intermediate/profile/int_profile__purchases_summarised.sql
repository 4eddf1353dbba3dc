{#
    Grain: one row per one_id with at least one paid order.
    How much, how and what a customer buys. Favourites are those of int_profile__preferences.
    Discounts are judged by lines: the gross value of lines below their list price over that of all.
#}
with

purchases as (

    select * from {{ ref('int_lifecycle__purchases_sequenced') }}

),

lines as (

    select * from {{ ref('int_profile__lines_described') }}

),

preferences as (

    select * from {{ ref('int_profile__preferences') }}

),

customers as (

    select
        one_id,
        cast(sum(gross_cny) as decimal(18, 2)) as gross_cny,
        cast(sum(discount_cny) as decimal(18, 2)) as discount_cny,
        cast(sum(paid_cny) as decimal(18, 2)) as paid_cny,
        cast(sum(refunded_cny) as decimal(18, 2)) as refunded_cny,
        cast(sum(net_revenue_cny) as decimal(18, 2)) as net_revenue_cny,
        count(*) as order_count,
        count(*) filter (where discount_cny > 0) as discounted_order_count,
        count(*) filter (where is_kept) as kept_order_count,
        min(paid_date) as first_order_date,
        max(paid_date) as last_order_date,
        max(case when order_number = 1 then channel end) as first_order_channel

    from purchases

    group by one_id

),

baskets as (

    select
        one_id,
        cast(sum(quantity) as decimal(18, 3)) as unit_count,
        count(distinct order_id) as order_with_lines_count,
        cast(sum(gross_cny) as decimal(18, 2)) as line_gross_cny,
        cast(
            sum(case when discount_cny > 0 then gross_cny else 0 end) as decimal(18, 2)
        ) as discounted_gross_cny

    from lines

    group by one_id

),

favourites as (

    select
        one_id,
        {%- for facet in ['channel', 'store', 'daypart', 'category', 'brand', 'price_band'] %}
        max(
            case when facet = '{{ facet }}' and preference_rank = 1 then facet_value end
        ) as favourite_{{ facet }},
        {%- endfor %}
        max(
            case when facet = 'category' and preference_rank = 1 then
                {{ rounded_quotient('10000 * purchase_count', 'facet_purchase_count') }} end
        ) as favourite_category_bp,
        count(*) filter (where facet = 'channel') as order_channel_count,
        count(*) filter (where facet = 'category') as category_count

    from preferences

    group by one_id

),

final as (

    select
        customers.*,
        baskets.unit_count,
        baskets.order_with_lines_count,
        baskets.line_gross_cny,
        baskets.discounted_gross_cny,
        favourites.favourite_channel,
        favourites.order_channel_count,
        favourites.favourite_store as favourite_store_id,
        favourites.favourite_daypart,
        favourites.favourite_category,
        favourites.favourite_category_bp,
        favourites.favourite_brand,
        favourites.favourite_price_band,
        coalesce(favourites.category_count, 0) as category_count

    from customers
    left join baskets
        on customers.one_id = baskets.one_id
    left join favourites
        on customers.one_id = favourites.one_id

)

select * from final
