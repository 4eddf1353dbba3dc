{#
    Grain: one row per one_id that asked to be erased, up to the as-of day.
    A view: customer_reachability reads it.
    Surprise: a request belongs to who had the identifier when it was made, like a statement of
    consent.
#}
{{ config(materialized='view') }}
with

erasure_requests as (

    select * from {{ ref('stg_crm__erasure_requests') }}

),

resolution as (

    select *

    from {{ ref('int_identity__resolution') }}

    where is_verified

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

final as (

    select
        resolution.one_id,
        min(erasure_requests.requested_at) as erasure_requested_at

    from erasure_requests
    cross join as_of
    inner join resolution
        on erasure_requests.subject_token = resolution.identifier_token
        and {{ resolved_at('resolution', 'erasure_requests.requested_at') }}

    where erasure_requests.requested_at < as_of.as_of_end_at

    group by resolution.one_id

)

select * from final
