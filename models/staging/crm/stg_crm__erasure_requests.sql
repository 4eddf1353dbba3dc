{#
    Grain: one row per request_id: a person's wish to be erased, its first delivery.
    The record of the wish only; nothing is erased because of it yet.
    Surprise: a subject that was no valid identifier has a null token; subject_state says why.
#}
with

erasure_requests as (

    select *

    from {{ source('crm', 'erasure_requests') }}

    {{ delivered() }}

),

final as (

    select
        -- ids
        request_id,
        subject_value as subject_token,

        -- text
        subject_type,
        subject_value_status as subject_state,

        -- dates and timestamps
        dt as delivered_date,
        {{ to_utc('requested_at') }} as requested_at

    from erasure_requests

    qualify row_number() over (
        partition by request_id
        order by dt, requested_at, subject_type, subject_value nulls last
    ) = 1

)

select * from final
