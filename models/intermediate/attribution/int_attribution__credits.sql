{#
    Grain: one row per booking (sale or refund), step of the order's path, all eight models beside
    each other: the share in the order and the fen it gets.
    The fen of a booking are shared by the largest remainder (macro shared_fen); a refund row is what
    its refund adds to the refunds before.
    Surprise: <model>_fen of refunds are negative; orders without a path are in fct_attribution only.
#}
{%- set models = attribution_models() %}
with

weights as (

    select * from {{ ref('int_attribution__weights') }}

),

bookings as (

    select * from {{ ref('int_attribution__bookings') }}

),

amounts_split as (

    select
        weights.*,
        bookings.booking_type,
        bookings.refund_id,
        bookings.booking_no,
        bookings.booked_at,
        case when bookings.to_share_fen < 0 then -1 else 1 end as amount_sign,
        abs(bookings.to_share_fen) as amount_fen
        {%- for model in models %},
        abs(bookings.to_share_fen) * weights.{{ model }}_share as {{ model }}_exact_fen
        {%- endfor %}

    from weights
    inner join bookings
        on weights.order_id = bookings.order_id

),

amounts_shared as (

    select
        *
        {%- for model in models %},
        amount_sign * {% if model in ('first', 'last', 'last_non_direct') -%}
        cast({{ model }}_exact_fen as bigint)
        {%- else -%}
        {{ shared_fen('amount_fen', model ~ '_exact_fen', 'order_id, booking_no', 'step_no') }}
        {%- endif %} as {{ model }}_shared_fen
        {%- endfor %}

    from amounts_split

),

final as (

    select
        order_id,
        touchpoint_id,
        booking_type,
        refund_id,
        booking_no,
        step_no,
        booked_at
        {%- for model in models %},
        cast(round({{ model }}_share, 9) as decimal(18, 9)) as {{ model }}_ratio,
        cast(
            case
                when booking_type = 'sale' then {{ model }}_shared_fen
                else coalesce(lag({{ model }}_shared_fen) over refunds_of_step, 0)
                    - {{ model }}_shared_fen
            end as bigint
        ) as {{ model }}_fen
        {%- endfor %}

    from amounts_shared

    window refunds_of_step as (
        partition by order_id, step_no, booking_type order by booking_no
    )

)

select * from final
