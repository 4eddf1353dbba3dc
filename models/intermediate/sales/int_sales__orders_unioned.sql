{#
    Grain: one row per order_id of any channel, trades that never became an order included.
    Unions the feed `stg_<channel>__sales_orders` of every channel whose line in var channel_map
    names it (docs/guides/add-a-channel.md), so a new channel changes no model.
    Surprise: exclusion_reason says why a row is no order; rows are kept so that counts reconcile.
#}
with

feeds_unioned as (

    {% for channel in channels_with_feed('sales_orders') %}
    select
        '{{ channel }}' as channel,
        {{ sales_channel_of(channel) }} as sales_channel,
        cast(native_order_id as string) as native_order_id,
        cast(shop_id as string) as shop_id,
        cast(store_id as string) as store_id,
        cast(identifier_token_1 as string) as identifier_token_1,
        cast(identifier_token_2 as string) as identifier_token_2,
        cast(identifier_token_3 as string) as identifier_token_3,
        cast(unverified_token as string) as unverified_token,
        cast(brand as string) as brand,
        cast(channel_status as string) as channel_status,
        cast(exclusion_reason as string) as exclusion_reason,
        cast(paid_cny as decimal(18, 2)) as paid_cny,
        cast(post_fee_cny as decimal(18, 2)) as post_fee_cny,
        cast(business_date as date) as business_date,
        cast(ordered_at as timestamp) as ordered_at,
        cast(paid_at as timestamp) as paid_at

    from {{ ref('stg_' ~ channel ~ '__sales_orders') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

final as (

    select
        -- ids
        orders.channel || ':' || orders.native_order_id as order_id,
        orders.shop_id,
        orders.store_id,
        orders.identifier_token_1,
        orders.identifier_token_2,
        orders.identifier_token_3,
        orders.unverified_token,

        -- text
        orders.channel,
        orders.sales_channel,
        coalesce(orders.brand, '{{ var("default_brand") }}') as brand,
        orders.channel_status,
        case
            when orders.exclusion_reason is not null then orders.exclusion_reason
            when orders.paid_at is null then 'unpaid'
            when orders.paid_at >= as_of.as_of_end_at then 'paid_after_as_of'
        end as exclusion_reason,

        -- numbers
        orders.paid_cny,
        orders.post_fee_cny,

        -- dates and times
        coalesce(orders.business_date, {{ brand_date('orders.paid_at') }}) as business_date,
        orders.ordered_at,
        orders.paid_at

    from feeds_unioned as orders
    cross join as_of

)

select * from final
