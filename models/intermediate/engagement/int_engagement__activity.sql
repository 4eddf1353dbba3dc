{#
    Grain: one row per one_id, brand-local day, channel and activity type.
    What people did, narrow: the input of lifecycle and AIPL. `aware` = was reached or came by,
    `interest` = did something of their own; seed touch_types says which touch is which.
#}
with

touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

),

final as (

    select
        one_id,
        channel,
        activity_type,
        cast(sum(event_count) as bigint) as event_count,
        touched_date as activity_date,
        min(touched_at) as first_at,
        max(touched_at) as last_at

    from touchpoints

    where one_id is not null

    group by one_id, channel, activity_type, touched_date

)

select * from final
