{#
    Grain: one row per return line of a receipt; feed `sales_refunds` of channel pos.
    Finds the sale a return takes back: the same product on the receipt the customer showed, in
    the same store, not after the return. Tills print the bare number or till/day/number. Bare
    numbers restart every day on every till, so the same till goes first, then the latest sale.
    Surprise: a return line without a receipt number takes back the same product of its own
    receipt (a voided line), else its order stays unknown.
#}
with

sales as (

    select * from {{ ref('stg_pos__receipts') }}

    where not is_return

),

returns as (

    select
        *,
        split_part(coalesce(original_receipt_no, receipt_no), '/', -1) as sale_receipt_no,
        position('/' in original_receipt_no) > 0 as names_till_and_day

    from {{ ref('stg_pos__receipts') }}

    where is_return

),

returns_matched_to_sales as (

    select
        returns.native_order_id,
        returns.line_no,
        sales.native_order_id as sale_native_order_id,
        sales.line_no as sale_line_no

    from returns
    inner join sales
        on returns.store_id = sales.store_id
        and returns.sale_receipt_no = sales.receipt_no
        and returns.sku = sales.sku

    where case
            when returns.names_till_and_day
                then sales.native_order_id in (
                    returns.original_receipt_no,
                    returns.store_id || '/' || returns.original_receipt_no
                )
            when returns.native_order_id = sales.native_order_id then true
            else returns.original_receipt_no is not null and returns.sold_at >= sales.sold_at
        end

    qualify row_number() over (
        partition by returns.native_order_id, returns.line_no
        order by
            case when returns.terminal_id = sales.terminal_id then 0 else 1 end asc,
            sales.sold_at desc, sales.native_order_id asc, sales.line_no asc
    ) = 1

),

final as (

    select
        -- ids
        returns.native_order_id || '/' || cast(returns.line_no as string) as native_refund_id,
        matched.sale_native_order_id as native_order_id,
        cast(matched.sale_line_no as string) as native_line_id,
        returns.store_id,
        returns.sku,
        returns.card_no_token as identifier_token_1,
        cast(null as string) as identifier_token_2,
        cast(null as string) as identifier_token_3,
        returns.phone_token as unverified_token,

        -- text
        'return' as channel_status,
        'succeeded' as refund_state,
        case
            when matched.sale_native_order_id is not null then null
            when returns.original_receipt_no is null then 'no_receipt_given'
            else 'receipt_not_found'
        end as unmatched_reason,

        -- numbers
        abs(returns.quantity) as returned_quantity,
        abs(returns.paid_cny) as requested_cny,

        -- dates and times
        returns.business_date,
        returns.sold_at as requested_at,
        returns.sold_at as refunded_at

    from returns
    left join returns_matched_to_sales as matched
        on returns.native_order_id = matched.native_order_id
        and returns.line_no = matched.line_no

)

select * from final
