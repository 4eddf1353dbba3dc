-- Failing means touches were lost or doubled between the channels and fct_touchpoints: a join
-- multiplied rows or a filter dropped them. It does not claim that they name the right person.
{{ config(meta={'dagster': {'ref': {'name': 'fct_touchpoints'}}}) }}

with

found as (

    select
        channel,
        touch_type,
        count(*) as touch_count

    from {{ ref('int_engagement__touchpoints_unioned') }}

    where touched_at < (select as_of_end_at from {{ ref('int_run__as_of') }})

    group by channel, touch_type

),

published as (

    select
        channel,
        touch_type,
        count(*) as touch_count

    from {{ ref('fct_touchpoints') }}

    group by channel, touch_type

)

select
    coalesce(found.channel, published.channel) as channel,
    coalesce(found.touch_type, published.touch_type) as touch_type,
    found.touch_count as found_touch_count,
    published.touch_count as published_touch_count

from found
full outer join published
    on found.channel = published.channel
    and found.touch_type = published.touch_type

where found.touch_count is distinct from published.touch_count
