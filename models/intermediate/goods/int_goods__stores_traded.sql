{#
    Grain: one row per store with at least one order (store_id).
    Trade of a store over all history, takeaway included.
    Surprise: member and new are said within the brand of the store's orders, because in a group a
    store must not tell what its customers are to another brand.
#}
with

orders as (

    select * from {{ ref('fct_orders') }}

),

brand_profiles as (

    select * from {{ ref('customer_brand_profiles') }}

),

coupon_orders as (

    select order_id
    from {{ ref('fct_coupons') }}
    where order_id is not null

    union

    select order_id
    from {{ ref('fct_order_lines') }}
    where coupon_code is not null

),

orders_described as (

    select
        orders.*,
        coalesce(profiles.is_member, false) as is_member,
        coalesce(orders.order_id = profiles.first_order_id, false) as is_first_in_brand,
        coupon_orders.order_id is not null as has_coupon,
        hour({{ to_local('orders.paid_at') }}) as paid_hour,
        -- 5 January 1970 was a Monday.
        1 + {{ days_between("date '1970-01-05'", 'orders.business_date') }} % 7 as paid_weekday

    from orders
    left join brand_profiles as profiles
        on orders.one_id = profiles.one_id
        and orders.brand = profiles.brand
    left join coupon_orders
        on orders.order_id = coupon_orders.order_id

    where orders.store_id is not null

),

trade as (

    select
        store_id,
        count(*) as order_count,
        count(*) filter (where net_revenue_cny > 0) as kept_order_count,
        count(one_id) as identified_order_count,
        count(*) filter (where is_member) as member_order_count,
        count(*) filter (where has_coupon) as coupon_order_count,
        count(*) filter (where sales_channel = 'takeaway') as takeaway_order_count,
        count(distinct one_id) as buyer_count,
        count(distinct case when is_member then one_id end) as member_buyer_count,
        count(*) filter (where is_first_in_brand) as new_buyer_count,
        sum(unit_count) as unit_count,
        sum(gross_cny) as gross_cny,
        sum(discount_cny) as discount_cny,
        sum(paid_cny) as paid_cny,
        sum(refunded_cny) as refunded_cny,
        sum(net_revenue_cny) as net_revenue_cny,
        min(business_date) as first_order_date,
        max(business_date) as last_order_date,
        count(distinct business_date) as trading_days

    from orders_described

    group by store_id

),

{% for part in ['hour', 'weekday'] %}
{{ part }}s_counted as (

    select
        store_id,
        paid_{{ part }},
        count(*) as order_count

    from orders_described

    group by store_id, paid_{{ part }}

),

top_{{ part }}s as (

    select
        store_id,
        paid_{{ part }} as top_{{ part }}

    from {{ part }}s_counted

    qualify row_number() over (
        partition by store_id
        order by order_count desc, paid_{{ part }} asc
    ) = 1

),

{% endfor %}

final as (

    select
        trade.*,
        top_hours.top_hour,
        top_weekdays.top_weekday

    from trade
    inner join top_hours
        on trade.store_id = top_hours.store_id
    inner join top_weekdays
        on trade.store_id = top_weekdays.store_id

)

select * from final
