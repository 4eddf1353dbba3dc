{#
    Grain: one row per redeemed coupon whose order is known among the counted orders.
    The member system names the order by the channel's own id, often without the channel; where it
    names none, the receipt on whose lines the till printed the code tells.
#}
with

coupons as (

    select
        coupon_code,
        stated_order_id

    from {{ ref('int_sales__coupons_grouped') }}

    where coupon_state = 'redeemed'

),

orders as (

    select
        order_id,
        substr(order_id, length(channel) + 2) as native_order_id

    from {{ ref('int_sales__orders_unioned') }}

    where exclusion_reason is null

),

orders_of_printed_codes as (

    select
        coupon_code,
        max_by(order_id, concat(cast(paid_at as string), order_id)) as order_id

    from {{ ref('fct_order_lines') }}

    where coupon_code is not null

    group by coupon_code

),

matches as (

    select
        coupons.coupon_code,
        orders.order_id,
        'member_system' as matched_by,
        1 as match_no

    from coupons
    inner join orders
        on coupons.stated_order_id = orders.order_id

    union all

    select
        coupons.coupon_code,
        orders.order_id,
        'member_system' as matched_by,
        2 as match_no

    from coupons
    inner join orders
        on coupons.stated_order_id = orders.native_order_id

    union all

    select
        coupons.coupon_code,
        printed.order_id,
        'order_line' as matched_by,
        3 as match_no

    from coupons
    inner join orders_of_printed_codes as printed
        on coupons.coupon_code = printed.coupon_code

    where coupons.stated_order_id is null

),

final as (

    select
        coupon_code,
        order_id,
        matched_by

    from matches

    qualify row_number() over (
        partition by coupon_code
        order by match_no, order_id
    ) = 1

)

select * from final
