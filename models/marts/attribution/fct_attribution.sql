{#
    Grain: one row per model, order, booking (its sale or one of its refunds) and touch that gets
    credit; touch null and channel (unattributed) where no touch was on the order's path.
    Per model and day the credits add up to the net revenue of all orders to the fen: by paid_date to
    net_revenue_cny, by booked_date to what was paid less what was refunded that day.
    Surprise: a step that a model gives nothing has no row; credit_ratio is 0 on refunds, so its sum
    counts orders.
#}
{%- set models = attribution_models() %}
with

credits as (

    select * from {{ ref('int_attribution__credits') }}

),

bookings as (

    select * from {{ ref('int_attribution__bookings') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

steps as (

    select * from {{ ref('int_attribution__paths') }}

    where order_id is not null

),

credits_by_model as (
    {% for model in models %}
    select
        '{{ model }}' as model,
        order_id,
        step_no,
        booking_type,
        refund_id,
        booked_at,
        case when booking_type = 'sale' then {{ model }}_ratio else 0 end as credit_ratio,
        {{ model }}_fen as credit_fen

    from credits

    where {{ model }}_ratio > 0
        or {{ model }}_fen != 0

    union all
    {% endfor %}
    select
        models.model,
        bookings.order_id,
        cast(null as integer) as step_no,
        bookings.booking_type,
        bookings.refund_id,
        bookings.booked_at,
        cast(case when bookings.booking_type = 'sale' then 1 else 0 end as decimal(18, 9))
            as credit_ratio,
        bookings.amount_fen as credit_fen

    from bookings
    cross join {{ models_listed() }}
    anti join steps
        on bookings.order_id = steps.order_id

),

final as (

    select
        ---------- ids
        cast(credits_by_model.order_id as string) as order_id,
        cast(credits_by_model.model as string) as model,
        cast(steps.touchpoint_id as string) as touchpoint_id,
        cast(coalesce(steps.channel, '(unattributed)') as string) as channel,
        cast(steps.campaign_id as string) as campaign_id,
        cast(orders.one_id as string) as one_id,
        cast(credits_by_model.refund_id as string) as refund_id,

        ---------- text
        cast(credits_by_model.booking_type as string) as booking_type,
        cast(steps.touch_kind as string) as touch_kind,
        cast(steps.placement as string) as placement,
        cast(orders.sales_channel as string) as sales_channel,

        ---------- numbers
        cast(steps.step_no as integer) as step_no,
        cast(credits_by_model.credit_ratio as decimal(18, 9)) as credit_ratio,
        cast(cast(credits_by_model.credit_fen as decimal(18, 2)) / 100 as decimal(18, 2))
            as credit_cny,

        ---------- booleans
        coalesce(steps.touch_class = 'view', false) as is_view_through,
        orders.is_first_order as is_new_customer,

        ---------- dates
        orders.paid_date,
        {{ brand_date('credits_by_model.booked_at') }} as booked_date,

        ---------- timestamps
        cast(steps.touched_at as timestamp) as touched_at

    from credits_by_model
    inner join orders
        on credits_by_model.order_id = orders.order_id
    left join steps
        on credits_by_model.order_id = steps.order_id
        and credits_by_model.step_no = steps.step_no

)

select * from final
