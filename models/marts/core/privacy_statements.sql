{#
    Grain: one row per identifier_token, purpose, channel and brand: what the newest statement made with
    this identifier says, and beside it what the newest statement of its person says.
    What every gate asks before anything leaves: may the person be used, and may this number.
    Surprise: a request to be erased is a row too (purpose erasure, never granted), so that one
    table answers both questions; a statement about nobody known has no one_id.
#}
with

states as (

    select *

    from {{ ref('int_consent__states_dated') }}

    where valid_to_at is null

),

people as (

    select * from {{ ref('int_consent__people_resolved') }}

),

erasure_requests as (

    select * from {{ ref('stg_crm__erasure_requests') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

resolution as (

    select *

    from {{ ref('int_identity__resolution') }}

    where is_verified

),

erasures_newest as (

    select
        erasure_requests.subject_token,
        erasure_requests.subject_type,
        max(erasure_requests.requested_at) as requested_at

    from erasure_requests
    cross join as_of

    where erasure_requests.subject_token is not null
        and erasure_requests.requested_at < as_of.as_of_end_at

    group by erasure_requests.subject_token, erasure_requests.subject_type

),

statements as (

    select
        subject_token,
        subject_type,
        purpose,
        channel,
        brand,
        is_granted,
        valid_from_at as stated_at

    from states

    union all

    select
        subject_token,
        subject_type,
        'erasure' as purpose,
        'all' as channel,
        'all' as brand,
        false as is_granted,
        requested_at as stated_at

    from erasures_newest

),

statements_resolved as (

    select
        statements.*,
        resolution.one_id

    from statements
    left join resolution
        on statements.subject_token = resolution.identifier_token
        and {{ resolved_at('resolution', 'statements.stated_at') }}

),

final as (

    select
        cast(statements_resolved.subject_token as string) as identifier_token,
        cast(statements_resolved.subject_type as string) as identifier_type,
        cast(statements_resolved.one_id as string) as one_id,
        cast(statements_resolved.purpose as string) as purpose,
        cast(statements_resolved.channel as string) as channel,
        cast(statements_resolved.brand as string) as brand,
        cast(statements_resolved.is_granted as boolean) as is_granted,
        cast(
            case
                when
                    statements_resolved.purpose = 'erasure'
                    and statements_resolved.one_id is not null
                    then false
                else people.is_granted
            end as boolean
        ) as is_granted_by_person,
        cast(statements_resolved.stated_at as timestamp) as stated_at,
        cast(
            case
                when
                    statements_resolved.purpose = 'erasure'
                    and statements_resolved.one_id is not null
                    then statements_resolved.stated_at
                else people.stated_at
            end as timestamp
        ) as stated_by_person_at

    from statements_resolved
    left join people
        on statements_resolved.one_id = people.one_id
        and statements_resolved.purpose = people.purpose
        and statements_resolved.channel = people.channel
        and statements_resolved.brand = people.brand

)

select * from final
