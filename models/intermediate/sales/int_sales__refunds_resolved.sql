{#
    Grain: one row per refund that resolves to a person.
    A refund belongs to whoever placed its order; only one without an order is resolved by the
    identifiers shown at the return.
#}
with

refunds as (

    select * from {{ ref('int_sales__refunds_unioned') }}

),

orders_resolved as (

    select * from {{ ref('int_sales__orders_resolved') }}

),

resolution as (

    select * from {{ ref('int_identity__resolution') }}

),

candidates as (

    {% for column in [
        'identifier_token_1', 'identifier_token_2', 'identifier_token_3', 'unverified_token',
    ] %}
    select
        refund_id,
        {{ column }} as identifier_token,
        {{ loop.index }} as candidate_no,
        {{ 'false' if column == 'unverified_token' else 'true' }} as is_verified,
        coalesce(refunded_at, requested_at) as returned_at

    from refunds

    where order_id is null
        and {{ column }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

resolved_by_own_identifiers as (

    select
        candidates.refund_id,
        min_by(resolution.one_id, candidates.candidate_no) as one_id

    from candidates
    inner join resolution
        on candidates.identifier_token = resolution.identifier_token
        and candidates.is_verified = resolution.is_verified
        and {{ resolved_at('resolution', 'candidates.returned_at') }}

    group by candidates.refund_id

),

resolved_by_order as (

    select
        refunds.refund_id,
        orders.one_id

    from refunds
    inner join orders_resolved as orders
        on refunds.order_id = orders.order_id

),

final as (

    select * from resolved_by_order
    union all
    select * from resolved_by_own_identifiers

)

select * from final
