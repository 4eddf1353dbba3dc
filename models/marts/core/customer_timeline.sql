{#
    Grain: one row per event of a known person (event_id) up to the as-of day.
    Everything a person did or received, in one place: orders, visits and pages, follows, coupons,
    points, messages, memberships, invitations, consents. source_table and source_id lead back.
    Surprise: event ids are digests of the source's own key, so they survive a rebuild and a change
    of who is whom; what nobody could be named for is not here, but in its fact.
#}
with

facts as (

    select * from {{ ref('int_timeline__facts') }}

),

signals as (

    select * from {{ ref('int_timeline__signals') }}

),

resolution as (

    select *

    from {{ ref('int_identity__resolution') }}

    where is_verified

),

event_types as (

    select * from {{ ref('timeline_events') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

events as (

    select * from facts
    union all
    select * from signals

),

events_resolved as (

    select
        events.*,
        coalesce(events.one_id, best.one_id, fallback.one_id) as person_one_id,
        case
            when event_types.event_type is not null then events.event_type
            when events.source_table = 'core.fct_messages' then 'other_message'
            else 'other_touch'
        end as known_event_type

    from events
    cross join as_of
    left join event_types
        on events.event_type = event_types.event_type
    left join resolution as best
        on events.identifier_token = best.identifier_token
        and {{ resolved_at('best', 'events.occurred_at') }}
    left join resolution as fallback
        -- A null key is not looked up: most events are found by their first identifier.
        on case when best.one_id is null then events.fallback_token end
        = fallback.identifier_token
        and {{ resolved_at('fallback', 'events.occurred_at') }}

    where events.occurred_at < as_of.as_of_end_at

),

final as (

    select
        ---------- ids
        md5(concat_ws('|', events.source_table, events.event_type, events.event_key)) as event_id,
        events.person_one_id as one_id,

        ---------- text
        events.known_event_type as event_type,
        cast(event_types.event_group as string) as event_group,
        cast(event_types.event_name_en as string) as event_name_en,
        cast(event_types.event_name_zh as string) as event_name_zh,
        events.channel,
        events.title,
        events.state,
        events.page,
        events.campaign_id,
        events.placement,
        events.store_id,
        events.order_id,

        ---------- numbers
        events.amount_cny,
        events.quantity,

        ---------- text
        events.source_table,
        events.source_id,

        ---------- dates and times
        {{ brand_date('events.occurred_at') }} as occurred_date,
        events.occurred_at

    from events_resolved as events
    inner join event_types
        on events.known_event_type = event_types.event_type

    where events.person_one_id is not null

)

select * from final
