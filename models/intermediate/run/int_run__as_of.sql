{#
    Grain: exactly one row.
    The day every table describes: var as_of_date, or the newest delivery day. as_of_end_at is
    the first instant (UTC) that is no longer that day in the brand's zone.
#}
with

loads as (

    select * from {{ ref('int_run__loads') }}

),

newest_delivery as (

    select coalesce(max(dt), date '1970-01-01') as newest_dt from loads

),

final as (

    select
        {% if var('as_of_date', '') %}date '{{ var("as_of_date") }}'{% else %}newest_dt{% endif %}
            as as_of_date,
        {{ to_utc('as_of_date + 1') }} as as_of_end_at

    from newest_delivery

)

select * from final
