{#
    Grain: one row per identity event up to the as-of day: what upstream systems say about links.
    Tokens are canonical (a hashed phone is the phone). What each event means for subject and
    object is in docs/reference/identity-rules.md.
#}
with

events as (

    {{ union_feed('identity_events') }}

),

aliases as (

    select * from {{ ref('int_identity__aliases') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

final as (

    select
        events.channel,
        concat(events.channel, ':', events.event_id) as event_id,
        events.event,
        events.subject_type,
        coalesce(subjects.identifier_token, events.subject_token) as subject_token,
        events.object_type,
        coalesce(objects.identifier_token, events.object_token) as object_token,
        coalesce(new_objects.identifier_token, events.new_object_token) as new_object_token,
        events.occurred_at

    from events
    cross join as_of
    left join aliases as subjects
        on events.subject_token = subjects.alias_token
    left join aliases as objects
        on events.object_token = objects.alias_token
    left join aliases as new_objects
        on events.new_object_token = new_objects.alias_token

    where events.occurred_at < as_of.as_of_end_at

)

select * from final
