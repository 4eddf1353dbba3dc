{#
    Grain: one row per subject, purpose, channel, brand and time from which a state holds.
    What was said to one brand and what was said to the whole group (brand `all`) are two states.
    What a subject allowed at a moment: the row whose span [valid_from_at, valid_to_at) holds it. No
    row at that moment: nothing was ever said. The newest statement wins; valid_to_at null: until
    further notice.
    Surprise: of a grant and a withdrawal in the same second the withdrawal wins.
#}
with

consents as (

    select * from {{ ref('stg_crm__consents') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

statements_decided as (

    select
        consents.subject_token,
        consents.subject_type,
        consents.purpose,
        consents.channel,
        consents.brand,
        bool_and(consents.is_granted) as is_granted,
        max(consents.policy_version) as policy_version,
        consents.stated_at

    from consents
    cross join as_of

    where consents.subject_token is not null
        and consents.stated_at < as_of.as_of_end_at

    group by
        consents.subject_token,
        consents.subject_type,
        consents.purpose,
        consents.channel,
        consents.brand,
        consents.stated_at

),

final as (

    select
        ---------- ids
        subject_token,
        policy_version,

        ---------- text
        subject_type,
        purpose,
        channel,
        brand,

        ---------- booleans
        is_granted,

        ---------- timestamps
        stated_at as valid_from_at,
        lead(stated_at) over (
            partition by subject_token, purpose, channel, brand
            order by stated_at
        ) as valid_to_at

    from statements_decided

)

select * from final
