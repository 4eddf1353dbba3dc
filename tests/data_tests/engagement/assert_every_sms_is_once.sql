-- Failing means messages were lost or doubled: fct_messages must hold each out_id that was sent or
-- reported on exactly once, and each one with a successful receipt as delivered.
{{ config(meta={'dagster': {'ref': {'name': 'fct_messages'}}}) }}

with

sent as (

    select out_id from {{ source('sms', 'messages') }} {{ delivered() }}

),

receipts as (

    select
        out_id,
        success

    from {{ source('sms', 'receipts') }}

    {{ delivered() }}

),

expected as (

    select
        count(distinct out_id) as message_count,
        count(distinct case when is_delivered then out_id end) as delivered_count

    from (
        select
            out_id,
            false as is_delivered
        from sent
        union all
        select
            out_id,
            success as is_delivered
        from receipts
    ) as mentions

),

published as (

    select
        count(*) as message_count,
        count(delivered_at) as delivered_count

    from {{ ref('fct_messages') }}

    where channel = 'sms'

)

select
    expected.message_count as expected_messages,
    published.message_count as published_messages,
    expected.delivered_count as expected_delivered,
    published.delivered_count as published_delivered

from expected
cross join published

where expected.message_count <> published.message_count
    or expected.delivered_count <> published.delivered_count
