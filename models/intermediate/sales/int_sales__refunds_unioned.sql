{#
    Grain: one row per refund_id of any channel, whatever came of the request.
    Unions the feed `stg_<channel>__sales_refunds` of every channel whose line in var channel_map
    names it, and says where a refund has no order among the counted ones (unmatched_reason).
    Surprise: only refund_state succeeded carries money in refunded_cny.
#}
with

feeds_unioned as (

    {% for channel in channels_with_feed('sales_refunds') %}
    select
        '{{ channel }}' as channel,
        {{ sales_channel_of(channel) }} as sales_channel,
        cast(native_refund_id as string) as native_refund_id,
        cast(native_order_id as string) as native_order_id,
        cast(native_line_id as string) as native_line_id,
        cast(store_id as string) as store_id,
        cast(sku as string) as sku,
        cast(identifier_token_1 as string) as identifier_token_1,
        cast(identifier_token_2 as string) as identifier_token_2,
        cast(identifier_token_3 as string) as identifier_token_3,
        cast(unverified_token as string) as unverified_token,
        cast(channel_status as string) as channel_status,
        cast(refund_state as string) as refund_state,
        cast(unmatched_reason as string) as unmatched_reason,
        cast(returned_quantity as decimal(18, 3)) as returned_quantity,
        cast(requested_cny as decimal(18, 2)) as requested_cny,
        cast(business_date as date) as business_date,
        cast(requested_at as timestamp) as requested_at,
        cast(refunded_at as timestamp) as refunded_at

    from {{ ref('stg_' ~ channel ~ '__sales_refunds') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

orders as (

    select
        order_id,
        exclusion_reason

    from {{ ref('int_sales__orders_unioned') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

refunds_until_as_of as (

    select
        feeds_unioned.*,
        channel || ':' || native_refund_id as refund_id,
        channel || ':' || native_order_id as stated_order_id,
        refund_state = 'succeeded' and refunded_at < as_of.as_of_end_at as is_succeeded

    from feeds_unioned
    cross join as_of

    where requested_at < as_of.as_of_end_at

),

final as (

    select
        -- ids
        refunds.refund_id,
        case when orders.exclusion_reason is null then orders.order_id end as order_id,
        case
            when orders.exclusion_reason is null
                then orders.order_id || '/' || refunds.native_line_id
        end as order_line_id,
        refunds.stated_order_id,
        refunds.store_id,
        refunds.sku,
        refunds.identifier_token_1,
        refunds.identifier_token_2,
        refunds.identifier_token_3,
        refunds.unverified_token,

        -- text
        refunds.channel,
        refunds.sales_channel,
        refunds.channel_status,
        case
            when refunds.is_succeeded then 'succeeded'
            when refunds.refund_state = 'succeeded' then 'pending'
            else refunds.refund_state
        end as refund_state,
        case
            when refunds.stated_order_id is null
                then coalesce(refunds.unmatched_reason, 'no_order_given')
            when orders.order_id is null then 'order_not_delivered'
            when orders.exclusion_reason is not null then 'order_not_counted'
        end as unmatched_reason,

        -- numbers
        refunds.returned_quantity,
        refunds.requested_cny,
        case when refunds.is_succeeded then refunds.requested_cny else 0 end as refunded_cny,

        -- dates and times
        case
            when refunds.is_succeeded
                then coalesce(refunds.business_date, {{ brand_date('refunds.refunded_at') }})
        end as business_date,
        refunds.requested_at,
        case when refunds.is_succeeded then refunds.refunded_at end as refunded_at

    from refunds_until_as_of as refunds
    left join orders
        on refunds.stated_order_id = orders.order_id

)

select * from final
