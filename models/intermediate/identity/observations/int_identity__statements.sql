{#
    Grain: one row per identity event and identifier it joins to another one.
    A bind, a rebind, a migrated openid and a merged account say that two identifiers are one
    person; they stand beside the records as observations of their own. is_superseded marks the
    old side of a migration or a merge: it stays the person's, but no longer counts as a second
    value of its type.
#}
with

events as (

    select * from {{ ref('int_identity__events') }}

),

joined_pairs as (

    select
        event_id,
        channel,
        event,
        subject_token,
        subject_type,
        case when event = 'rebind' then new_object_token else object_token end as other_token,
        coalesce(object_type, subject_type) as other_type,
        occurred_at

    from events

    where event in ('bind', 'rebind', 'migrate', 'merge')

),

complete_pairs as (

    select * from joined_pairs

    where subject_token is not null
        and other_token is not null
        and subject_token <> other_token

),

final as (

    select
        event_id,
        channel,
        subject_token as identifier_token,
        subject_type as identifier_type,
        event in ('migrate', 'merge') as is_superseded,
        occurred_at

    from complete_pairs

    union all

    select
        event_id,
        channel,
        other_token as identifier_token,
        other_type as identifier_type,
        false as is_superseded,
        occurred_at

    from complete_pairs

)

select * from final
