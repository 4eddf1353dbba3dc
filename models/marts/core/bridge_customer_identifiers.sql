{#
    Grain: one row per identifier_token that belongs to a person.
    The one place where identifiers become people: events keep their identifier and join here,
    so re-stitching rewrites one table.
#}
with

assignments as (

    select * from {{ ref('int_identity__assignments') }}

),

final as (

    select
        cast(identifier_type as string) as identifier_type,
        cast(identifier_token as string) as identifier_token,
        cast(one_id as string) as one_id,
        cast(identifier_class as string) as identifier_class,
        cast(first_seen_at as timestamp) as first_seen_at,
        cast(last_seen_at as timestamp) as last_seen_at,
        cast(source_channels as string) as source_channels

    from assignments

)

select * from final
