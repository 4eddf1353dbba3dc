-- Failing means mass messages of WeCom or calls were lost or doubled: fct_messages must hold each
-- delivered key exactly once. It does not claim that they name the right person.
{{ config(meta={'dagster': {'ref': {'name': 'fct_messages'}}}) }}

with

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

delivered as (

    select
        'wecom' as channel,
        count(*) as message_count

    from (
        select distinct
            corpid,
            msgid,
            userid,
            external_userid

        from {{ source('wecom', 'messages') }}

        {{ delivered() }}
    ) as wecom_messages

    union all

    select
        'calls' as channel,
        count(distinct call_id) as message_count

    from {{ source('calls', 'outcomes') }}

    {{ delivered() }}
        and {{ to_utc('called_at') }} < (select as_of_end_at from as_of)

),

published as (

    select
        channel,
        count(*) as message_count

    from {{ ref('fct_messages') }}

    group by channel

)

select
    delivered.channel,
    delivered.message_count as delivered_messages,
    published.message_count as published_messages

from delivered
left join published
    on delivered.channel = published.channel

where delivered.message_count <> coalesce(published.message_count, 0)
