{#
    Grain: one row per product that was sold (sku).
    Sales of a product over all history, who bought it again and after how long.
    Surprise: two orders of a person on one day are a repeat purchase, and no interval.
#}
with

lines as (

    select * from {{ ref('int_goods__lines_settled') }}

    where sku is not null

),

sales as (

    select
        sku,
        count(distinct order_id) as order_count,
        count(distinct one_id) as buyer_count,
        sum(quantity) as unit_count,
        sum(gross_cny) as gross_cny,
        sum(discount_cny) as discount_cny,
        sum(paid_cny) as paid_cny,
        sum(refunded_cny) as refunded_cny,
        sum(net_revenue_cny) as net_revenue_cny,
        sum(net_revenue_cny) filter (where sales_channel = 'own') as own_cny,
        sum(net_revenue_cny) filter (where sales_channel = 'marketplace') as marketplace_cny,
        sum(net_revenue_cny) filter (where sales_channel = 'retail') as retail_cny,
        sum(net_revenue_cny) filter (where sales_channel = 'takeaway') as takeaway_cny,
        min(business_date) as first_sale_date,
        max(business_date) as last_sale_date

    from lines

    group by sku

),

orders_of_people as (

    select
        sku,
        one_id,
        count(distinct order_id) as order_count

    from lines

    where one_id is not null

    group by sku, one_id

),

repeaters as (

    select
        sku,
        count(*) as repeat_buyer_count

    from orders_of_people

    where order_count > 1

    group by sku

),

days_of_people as (

    select distinct
        sku,
        one_id,
        business_date

    from lines

    where one_id is not null

),

days_after_each_other as (

    select
        sku,
        business_date,
        lag(business_date) over (partition by sku, one_id order by business_date) as previous_date

    from days_of_people

),

intervals as (

    select
        sku,
        count(*) as repurchase_count,
        median({{ days_between('previous_date', 'business_date') }}) as repurchase_interval_days

    from days_after_each_other

    where previous_date is not null

    group by sku

),

final as (

    select
        sales.*,
        coalesce(repeaters.repeat_buyer_count, 0) as repeat_buyer_count,
        coalesce(intervals.repurchase_count, 0) as repurchase_count,
        intervals.repurchase_interval_days

    from sales
    left join repeaters
        on sales.sku = repeaters.sku
    left join intervals
        on sales.sku = intervals.sku

)

select * from final
