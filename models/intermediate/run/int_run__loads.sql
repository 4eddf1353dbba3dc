{#
    Grain: one row per channel, entity and delivery day that was loaded.
    Up to the as-of day; the empty placeholder day every entity has is left out.
#}
with

loads as (

    select * from {{ source('ingest', 'loads') }}

),

final as (

    select
        load_id,
        channel,
        entity,
        rows_read,
        rows_loaded,
        rows_rejected,
        rows_duplicate,
        files_quarantined,
        unknown_columns,
        dt

    from loads

    {{ delivered() }}
        and dt > date '1970-01-01'

)

select * from final
