{#
    Grain: one row per order that an identifier resolves to a person.
    The best identifier that names somebody decides: the verified ones in the feed's order, then
    the value typed by staff, which counts only where typed values may (a store's own phone on
    receipts of walk-ins names nobody). Guest orders have no row.
#}
with

resolution as (

    select * from {{ ref('int_identity__resolution') }}

),

candidates as (

    {% for column in [
        'identifier_token_1', 'identifier_token_2', 'identifier_token_3', 'unverified_token',
    ] %}
    select
        order_id,
        {{ column }} as identifier_token,
        {{ loop.index }} as candidate_no,
        {{ 'false' if column == 'unverified_token' else 'true' }} as is_verified,
        paid_at

    from {{ ref('int_sales__orders_unioned') }}

    where exclusion_reason is null
        and {{ column }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

final as (

    select
        candidates.order_id,
        min_by(resolution.one_id, candidates.candidate_no) as one_id,
        min(candidates.paid_at) as paid_at

    from candidates
    inner join resolution
        on candidates.identifier_token = resolution.identifier_token
        and candidates.is_verified = resolution.is_verified
        and {{ resolved_at('resolution', 'candidates.paid_at') }}

    group by candidates.order_id

)

select * from final
