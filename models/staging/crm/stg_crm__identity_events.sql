{#
    Grain: one row per event_id: a statement about links between identifiers.
    Upstream systems say what no record shows: who gave up which number, which account became which.
    Surprise: an event delivered twice keeps its newest delivery; a subject or object that was no
    valid identifier (a masked phone) has a null token.
#}
with

identity_events as (

    select *

    from {{ source('crm', 'identity_events') }}

    {{ delivered() }}

),

final as (

    select
        -- ids
        event_id,
        subject_value as subject_token,
        object_value as object_token,
        new_object_value as new_object_token,

        -- text
        lower(trim(event)) as event,
        subject_type,
        object_type,

        -- dates and timestamps
        dt as delivered_date,
        {{ to_utc('occurred_at') }} as occurred_at

    from identity_events

    qualify row_number() over (
        partition by event_id
        order by
            dt desc,
            occurred_at desc,
            md5(concat_ws('|', event, subject_type, subject_value, object_type, object_value,
                new_object_value))
    ) = 1

)

select * from final
