{#
    Grain: one row per path: the channels a person met, in order, up to an order or open until now.
    What Markov and Shapley are made of. conversions + open_paths = how often the path occurred.
    Surprise: repeats are kept (`sms > sms > direct`); a path is not cut by length, its steps are
    limited by var attribution_max_touches.
#}
with

steps as (

    select * from {{ ref('int_attribution__paths') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

paths as (

    select
        path_id,
        order_id,
        {{ ordered_text_list('channel', 'step_no', ' > ') }} as path,
        count(*) as step_count,
        count(distinct channel) as channel_count

    from steps

    group by path_id, order_id

),

final as (

    select
        cast(paths.path as string) as path,
        cast(max(paths.step_count) as bigint) as step_count,
        cast(max(paths.channel_count) as bigint) as channel_count,
        cast(count(paths.order_id) as bigint) as conversions,
        cast(count(*) - count(paths.order_id) as bigint) as open_paths,
        cast(count(case when orders.is_first_order then 1 end) as bigint)
            as new_customer_conversions,
        cast(coalesce(sum(orders.net_revenue_cny), 0) as decimal(18, 2)) as revenue_cny

    from paths
    left join orders
        on paths.order_id = orders.order_id

    group by paths.path

)

select * from final
