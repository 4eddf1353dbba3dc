{#
    Grain: one row per event of the public facts that has a person.
    Orders, refunds, touches, messages, coupons and points as events of core.customer_timeline.
    A view: customer_timeline reads it.
    Surprise: what fct_touchpoints says of messages and coupons is left out, because fct_messages and
    fct_coupons say more.
#}
{{ config(materialized='view') }}
{%- set coupon_events = {
    'coupon_taken': 'received_at', 'coupon_redeemed': 'redeemed_at',
    'coupon_returned': 'cancelled_at', 'coupon_expired': 'expired_at',
    'coupon_gifted': 'gifted_at', 'coupon_voided': 'voided_at',
} %}
with

final as (

    select
        {{ timeline_columns({
            'one_id': 'one_id',
            'event_type': "case when sales_channel = 'retail' then 'store_purchase' else 'order' end",
            'event_key': 'order_id', 'occurred_at': 'paid_at', 'channel': 'channel',
            'state': "case when refunded_cny >= paid_cny and paid_cny > 0 then 'refunded' "
                ~ "when refunded_cny > 0 then 'partly_refunded' else 'kept' end",
            'store_id': 'store_id', 'order_id': 'order_id', 'amount_cny': 'paid_cny',
            'quantity': 'line_count', 'source_table': "'core.fct_orders'", 'source_id': 'order_id'
        }) }}

    from {{ ref('fct_orders') }}

    where one_id is not null

    union all

    select
        {{ timeline_columns({
            'one_id': 'one_id', 'event_type': "'refund'", 'event_key': 'refund_id',
            'occurred_at': 'coalesce(refunded_at, requested_at)', 'channel': 'channel',
            'title': 'sku', 'state': 'refund_state', 'store_id': 'store_id',
            'order_id': 'order_id', 'amount_cny': 'refunded_cny',
            'source_table': "'core.fct_refunds'", 'source_id': 'refund_id'
        }) }}

    from {{ ref('fct_refunds') }}

    where one_id is not null

    union all

    select
        {{ timeline_columns({
            'one_id': 'one_id',
            'event_type': "case when touch_type like '%visit' then 'visit' else touch_type end",
            'event_key': 'touchpoint_id', 'occurred_at': 'touched_at', 'channel': 'channel',
            'title': "coalesce(scene, ad_id, utm_source)", 'state': 'activity_type',
            'campaign_id': 'campaign_id', 'placement': 'placement', 'quantity': 'event_count',
            'source_table': "'core.fct_touchpoints'", 'source_id': 'touchpoint_id'
        }) }}

    from {{ ref('fct_touchpoints') }}

    where one_id is not null
        and source_entity not in ('messages', 'coupons')

    union all

    select
        {{ timeline_columns({
            'one_id': 'one_id', 'event_type': 'message_type', 'event_key': 'message_id',
            'occurred_at': 'sent_at', 'channel': 'channel', 'title': 'template_code',
            'state': "case when delivery_state = 'failed' and fail_reason is not null "
                ~ "then concat('failed: ', fail_reason) else delivery_state end",
            'campaign_id': 'campaign_id', 'source_table': "'core.fct_messages'",
            'source_id': 'message_id'
        }) }}

    from {{ ref('fct_messages') }}

    where one_id is not null

    union all

    {% for event_type, column in coupon_events.items() %}
    select
        {{ timeline_columns({
            'one_id': 'one_id', 'event_type': "'" ~ event_type ~ "'",
            'event_key': 'coupon_code', 'occurred_at': column,
            'channel': "'crm'", 'title': 'template_id', 'state': 'coupon_state',
            'campaign_id': 'campaign_id',
            'placement': 'redeem_channel' if event_type == 'coupon_redeemed' else 'issue_channel',
            'store_id': 'store_id' if event_type == 'coupon_redeemed' else 'null',
            'order_id': 'order_id' if event_type == 'coupon_redeemed' else 'null',
            'amount_cny': 'amount_cny', 'source_table': "'core.fct_coupons'",
            'source_id': 'coupon_code'
        }) }}

    from {{ ref('fct_coupons') }}

    where one_id is not null
        and {{ column }} is not null

    union all
    {% endfor %}
    select
        {{ timeline_columns({
            'one_id': 'one_id',
            'event_type': "case when reason = 'expire' then 'points_expired' "
                ~ "when change_points > 0 then 'points_earned' "
                ~ "when change_points < 0 then 'points_used' else 'points_adjusted' end",
            'event_key': 'ledger_id', 'occurred_at': 'occurred_at', 'channel': "'crm'",
            'title': 'reason', 'quantity': 'change_points', 'source_table': "'core.fct_points'",
            'source_id': 'ledger_id'
        }) }}

    from {{ ref('fct_points') }}

    where one_id is not null

    union all

    select
        {{ timeline_columns({
            'one_id': 'one_id', 'event_type': "'identity_merged'", 'event_key': 'retired_one_id',
            'occurred_at': to_utc('retired_date'), 'channel': "'identity'",
            'title': 'retired_one_id', 'state': 'reason',
            'source_table': "'core.identity_aliases'", 'source_id': 'retired_one_id'
        }) }}

    from {{ ref('identity_aliases') }}

)

select * from final
