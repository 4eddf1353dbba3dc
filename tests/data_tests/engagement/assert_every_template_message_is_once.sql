-- Failing means template messages were lost or doubled: fct_messages must hold each logged message
-- exactly once, and no more rows without a log than WeChat pushed results. It does not claim that
-- every result found its message.
{{ config(meta={'dagster': {'ref': {'name': 'fct_messages'}}}) }}

with

logged as (

    select count(*) as message_count

    from (
        select distinct
            appid,
            openid,
            client_msg_id

        from {{ source('wechat_oa', 'messages') }}

        {{ delivered() }}
    ) as messages

),

pushed as (

    select count(*) as result_count

    from {{ ref('stg_wechat_oa__send_results') }}

),

published as (

    select
        count(case when has_send_record then 1 end) as message_count,
        count(case when not has_send_record then 1 end) as result_count

    from {{ ref('fct_messages') }}

    where channel = 'wechat_oa'

)

select
    logged.message_count as logged_messages,
    published.message_count as published_messages,
    pushed.result_count as pushed_results,
    published.result_count as published_results

from logged
cross join pushed
cross join published

where logged.message_count <> published.message_count
    or published.result_count > pushed.result_count
