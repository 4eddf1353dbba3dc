{#
    Grain: one row per identity event and identifier that the event says is one person's.
    Binds, rebinds, migrated openids and merged accounts, as they took part in the OneID beside the
    records; `yutang explain` shows them as steps of a path. record_group is the one under which
    they stand among the observations.
#}
with

statements as (

    select * from {{ ref('int_identity__statements') }}

),

events as (

    select
        event_id,
        event

    from {{ ref('int_identity__events') }}

),

final as (

    select
        cast(statements.event_id as string) as event_id,
        cast(md5(concat('identity event ', statements.event_id)) as string) as record_group,
        cast(statements.identifier_type as string) as identifier_type,
        cast(statements.identifier_token as string) as identifier_token,
        cast(events.event as string) as event,
        cast(statements.is_superseded as boolean) as is_superseded,
        cast(statements.occurred_at as timestamp) as occurred_at

    from statements
    inner join events
        on statements.event_id = events.event_id

)

select * from final
