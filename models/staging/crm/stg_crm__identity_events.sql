{# Grain: one row per event_id. #}
select
    cast(null as string) as event_id,
    cast(null as string) as event,
    cast(null as string) as subject_type,
    cast(null as string) as subject_token,
    cast(null as string) as object_type,
    cast(null as string) as object_token,
    cast(null as string) as new_object_token,
    cast(null as timestamp) as occurred_at

where false
