{#
    Grain: one row per refund; feed `sales_refunds` of channel tmall.
    Only SUCCESS gave money back. CLOSED is a request the buyer withdrew or the seller refused;
    the refund_status of the sub-order repeats all this and is not counted again.
#}
with

refunds as (

    select * from {{ ref('stg_tmall__refunds') }}

),

final as (

    select
        -- ids
        native_refund_id,
        native_order_id,
        native_line_id,
        cast(null as string) as store_id,
        cast(null as string) as sku,
        tmall_ouid_token as identifier_token_1,
        cast(null as string) as identifier_token_2,
        cast(null as string) as identifier_token_3,
        cast(null as string) as unverified_token,

        -- text
        status as channel_status,
        case status
            when 'SUCCESS' then 'succeeded'
            when 'CLOSED' then 'closed'
            else 'pending'
        end as refund_state,
        cast(null as string) as unmatched_reason,

        -- numbers
        cast(null as decimal(18, 3)) as returned_quantity,
        coalesce(refund_cny, 0) as requested_cny,

        -- dates and times
        cast(null as date) as business_date,
        created_at as requested_at,
        case when status = 'SUCCESS' then modified_at end as refunded_at

    from refunds

)

select * from final
