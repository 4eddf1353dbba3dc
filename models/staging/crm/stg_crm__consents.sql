{#
    Grain: one row per subject, purpose, channel, brand, second and status: a statement of consent.
    brand: whom it was said to; `all` for the whole group (no brand delivered). Where identity is kept
    per brand, a statement without one is made to the default brand, as its token is.
    What holds at a moment is int_consent__states_dated.
    Surprise: whatever is not `granted` allows nothing. A subject that was no valid identifier (a
    masked phone) has a null token: its statement names nobody, and subject_state says why.
#}
with

consents as (

    select
        subject_type,
        subject_value as subject_token,
        subject_value_status as subject_state,
        lower({{ clean_text('purpose') }}) as purpose,
        lower({{ clean_text('channel') }}) as channel,
        lower(trim(status)) as consent_status,
        coalesce({{ clean_text('brand') }}, '{{ consent_brand_unsaid() }}') as brand,
        {{ clean_text('policy_version') }} as policy_version,
        dt as delivered_date,
        {{ to_utc("date_trunc('second', event_time)") }} as stated_at

    from {{ source('crm', 'consents') }}

    {{ delivered() }}

),

final as (

    select
        -- ids
        subject_token,
        policy_version,

        -- text
        subject_type,
        subject_state,
        purpose,
        channel,
        brand,
        consent_status,

        -- booleans
        consent_status = 'granted' as is_granted,

        -- dates and timestamps
        delivered_date,
        stated_at

    from consents

    qualify row_number() over (
        partition by
            subject_type, subject_state, subject_token, purpose, channel, brand, stated_at,
            consent_status
        order by delivered_date asc, policy_version desc nulls last
    ) = 1

)

select * from final
