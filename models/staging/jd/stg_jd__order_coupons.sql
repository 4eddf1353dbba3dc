{#
    Grain: one row per discount of an order (couponDetailList), in the order of the list.
    Says who gave it: the shop (100), the platform (41 JD coupon, 39 beans), a gift card (52, which
    the buyer paid for earlier), or a promotion (20, 28, 29, 30, 34, 35) of which the export does
    not say who bears it.
#}
with

orders as (

    select * from {{ ref('stg_jd__orders') }}

),

coupons as (

    {{ explode_json(
        'orders',
        ['native_order_id'],
        'coupons_json',
        ['skuId', 'couponType', 'couponPrice'],
    ) }}

),

final as (

    select
        -- ids
        native_order_id,
        {{ clean_text('skuid') }} as native_sku_id,

        -- text
        coupontype as coupon_type_code,
        case
            when coupontype = '100' then 'shop'
            when coupontype in ('39', '41') then 'platform'
            when coupontype = '52' then 'gift_card'
            else 'promotion'
        end as given_by,

        -- numbers
        cast(element_no as integer) as coupon_no,
        cast(coalesce(couponprice, '0') as decimal(18, 2)) as amount_cny

    from coupons

)

select * from final
