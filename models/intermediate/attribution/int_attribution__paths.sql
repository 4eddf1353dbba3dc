{#
    Grain: one row per step of a path: a touch that counts and the order it led to, or none.
    An order's path are the touches strictly before its payment and within the lookback of their
    kind. Touches that are in no order's path make open paths, cut where the person paid.
    Surprise: one touch may be on the paths of several orders. Views drop out where an ad click
    counts.
#}
{%- set day_ms = 86400000 %}
with

touches as (

    select * from {{ ref('int_attribution__touches') }}

    where exclusion_reason is null

),

orders as (

    select * from {{ ref('fct_orders') }}

    where one_id is not null

),

touches_before_orders as (

    select
        touches.*,
        orders.order_id,
        orders.paid_at,
        {{ milliseconds_between('touches.touched_at', 'orders.paid_at') }} as age_ms

    from touches
    inner join orders
        on touches.one_id = orders.one_id
        and touches.touched_at < orders.paid_at

),

touches_within_lookback as (

    select *

    from touches_before_orders

    where age_ms <= lookback_days * cast({{ day_ms }} as bigint)

),

ad_clicked_orders as (

    select distinct order_id

    from touches_within_lookback

    where touch_kind in ('ad_click', 'ad_landing')

),

order_steps as (

    select touches_within_lookback.*

    from touches_within_lookback
    left join ad_clicked_orders
        on touches_within_lookback.order_id = ad_clicked_orders.order_id

    where touches_within_lookback.touch_class != 'view'
        or ad_clicked_orders.order_id is null

    qualify row_number() over (
        partition by touches_within_lookback.order_id
        order by
            touches_within_lookback.touched_at desc, touches_within_lookback.touchpoint_id desc
    ) <= {{ definition('attribution_max_touches', 1, 1000) }}

),

next_orders as (

    select
        touchpoint_id,
        min(paid_at) as next_paid_at

    from touches_before_orders

    group by touchpoint_id

),

open_steps as (

    select
        touches.*,
        concat_ws('|', touches.one_id, cast(next_orders.next_paid_at as string)) as open_id

    from touches
    anti join order_steps
        on touches.touchpoint_id = order_steps.touchpoint_id
    left join next_orders
        on touches.touchpoint_id = next_orders.touchpoint_id

),

steps as (

    select
        order_id as path_id,
        order_id,
        {%- for column in ['touchpoint_id', 'one_id', 'channel', 'campaign_id', 'touch_kind',
                           'touch_class', 'placement', 'is_direct', 'touched_at'] %}
        {{ column }},
        {%- endfor %}
        age_ms

    from order_steps

    union all

    select
        open_id as path_id,
        cast(null as string) as order_id,
        {%- for column in ['touchpoint_id', 'one_id', 'channel', 'campaign_id', 'touch_kind',
                           'touch_class', 'placement', 'is_direct', 'touched_at'] %}
        {{ column }},
        {%- endfor %}
        cast(null as bigint) as age_ms

    from open_steps

),

final as (

    select
        *,
        cast(
            row_number() over (partition by path_id order by touched_at, touchpoint_id) as integer
        ) as step_no

    from steps

)

select * from final
