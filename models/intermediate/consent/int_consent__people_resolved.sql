{#
    Grain: one row per one_id, purpose, channel and brand it was said to (`all`: the group): what the person allows as of the as-of day.
    The newest statement about any identifier of the person wins, a withdrawal before a grant of the
    same second. A statement belongs to who had the identifier when it was made, so the next owner
    of a number inherits nothing.
    Surprise: a grant through one identifier does not undo what another one withdrew for itself:
    has_withdrawn_identifier says so, and whoever sends to that number asks
    int_consent__states_dated for the number.
#}
with

states as (

    select *

    from {{ ref('int_consent__states_dated') }}

    where valid_to_at is null

),

resolution as (

    select *

    from {{ ref('int_identity__resolution') }}

    where is_verified

),

states_resolved as (

    select
        resolution.one_id,
        states.subject_token,
        states.purpose,
        states.channel,
        states.brand,
        states.is_granted,
        states.policy_version,
        states.valid_from_at

    from states
    inner join resolution
        on states.subject_token = resolution.identifier_token
        and {{ resolved_at('resolution', 'states.valid_from_at') }}

),

states_measured as (

    select
        *,
        bool_or(not is_granted) over (partition by one_id, purpose, channel, brand)
            as has_withdrawn_identifier

    from states_resolved

),

final as (

    select
        ---------- ids
        one_id,
        subject_token,
        policy_version,

        ---------- text
        purpose,
        channel,
        brand,

        ---------- booleans
        is_granted,
        has_withdrawn_identifier,

        ---------- timestamps
        valid_from_at as stated_at

    from states_measured

    qualify row_number() over (
        partition by one_id, purpose, channel, brand
        order by
            valid_from_at desc,
            case when is_granted then 2 else 1 end asc,
            subject_token asc
    ) = 1

)

select * from final
