{#
    Grain: one row per one_id with at least one paid order.
    What a customer was worth so far, and how they came: historic lifetime value (LTV), its part
    within the first days, the first order, and the first touch and campaign before it.
    Surprise: the value of the first N days is null until the N days are over, so that young
    customers do not look poor; refunds count against the order's day, whenever they came.
#}
{%- set windows = [30, 90, 180, 365] %}

with

purchases as (

    select * from {{ ref('int_lifecycle__purchases_sequenced') }}

),

touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

),

firsts as (

    select
        one_id,
        channel as first_order_channel,
        sales_channel as first_sales_channel,
        net_revenue_cny as first_order_net_revenue_cny,
        paid_date as first_order_date,
        paid_at as first_paid_at

    from purchases

    where order_number = 1

),

touches_before_the_first_order as (

    select
        touchpoints.one_id,
        touchpoints.channel,
        touchpoints.campaign_id,
        touchpoints.placement,
        -- Sorts by time; the id decides at one instant.
        concat(cast(touchpoints.touched_at as string), touchpoints.touchpoint_id) as touch_key

    from touchpoints
    inner join firsts
        on touchpoints.one_id = firsts.one_id
        and touchpoints.touched_at <= firsts.first_paid_at

),

acquisitions as (

    select
        one_id,
        min_by(channel, touch_key) as acquisition_channel,
        min_by(campaign_id, touch_key) filter (where campaign_id is not null)
            as acquisition_campaign_id,
        min_by(placement, touch_key) filter (where placement is not null) as acquisition_placement

    from touches_before_the_first_order

    group by one_id

),

customers as (

    select
        purchases.one_id,
        count(*) as order_count,
        count(*) filter (where purchases.is_kept) as kept_order_count,
        count(distinct purchases.paid_date) as purchase_day_count,
        sum(purchases.net_revenue_cny) as net_revenue_cny,
        {%- for days in windows %}
        sum(case
            when {{ days_between('firsts.first_order_date', 'purchases.paid_date') }} < {{ days }}
                then purchases.net_revenue_cny
            else 0
        end) as net_revenue_{{ days }}d_cny,
        {%- endfor %}
        max(purchases.paid_date) as last_order_date,
        max(purchases.as_of_date) as as_of_date

    from purchases
    inner join firsts
        on purchases.one_id = firsts.one_id

    group by purchases.one_id

),

final as (

    select
        cast(customers.one_id as string) as one_id,
        cast(firsts.first_order_channel as string) as first_order_channel,
        cast(firsts.first_sales_channel as string) as first_sales_channel,
        cast(coalesce(acquisitions.acquisition_channel, firsts.first_order_channel) as string)
            as acquisition_channel,
        cast(acquisitions.acquisition_campaign_id as string) as acquisition_campaign_id,
        cast(acquisitions.acquisition_placement as string) as acquisition_placement,
        cast(customers.order_count as bigint) as order_count,
        cast(customers.kept_order_count as bigint) as kept_order_count,
        cast(customers.purchase_day_count as bigint) as purchase_day_count,
        cast(firsts.first_order_net_revenue_cny as decimal(18, 2)) as first_order_net_revenue_cny,
        cast(customers.net_revenue_cny as decimal(18, 2)) as ltv_cny,
        {%- for days in windows %}
        cast(
            case
                when {{ days_between('firsts.first_order_date', 'customers.as_of_date') }}
                    >= {{ days - 1 }} then customers.net_revenue_{{ days }}d_cny
            end as decimal(18, 2)
        ) as ltv_{{ days }}d_cny,
        {%- endfor %}
        cast(date_trunc('month', firsts.first_order_date) as date) as cohort_month_date,
        firsts.first_order_date,
        customers.last_order_date,
        customers.as_of_date

    from customers
    inner join firsts
        on customers.one_id = firsts.one_id
    left join acquisitions
        on customers.one_id = acquisitions.one_id

)

select * from final
