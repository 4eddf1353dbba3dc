{#
    Grain: one row per channel, entity and delivery day.
    The books of the raw load: rows_read = rows_loaded + rows_rejected + rows_duplicate.
#}
with

loads as (

    select * from {{ ref('int_run__loads') }}

),

final as (

    select
        cast(channel as string) as channel,
        cast(entity as string) as entity,
        cast(dt as date) as dt,
        cast(rows_read as bigint) as rows_read,
        cast(rows_loaded as bigint) as rows_loaded,
        cast(rows_rejected as bigint) as rows_rejected,
        cast(rows_duplicate as bigint) as rows_duplicate,
        cast(files_quarantined as bigint) as files_quarantined,
        cast(unknown_columns as string) as unknown_columns

    from loads

)

select * from final
