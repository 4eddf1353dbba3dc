{#
    Grain: one row per identifier_token and blocked_use (all, unverified).
    One list of what must not link, each with its reason; the first reason in list order wins.
#}
with

reasons as (

    select
        *,
        1 as reason_no
    from {{ ref('int_identity__blocked_by_list') }}

    union all

    select
        *,
        2 as reason_no
    from {{ ref('int_identity__blocked_by_volume') }}

    union all

    select
        *,
        3 as reason_no
    from {{ ref('int_identity__blocked_by_degree') }}

),

final as (

    select
        identifier_token,
        blocked_use,
        reason,
        person_count

    from reasons

    qualify row_number() over (
        partition by identifier_token, blocked_use
        order by reason_no, reason
    ) = 1

)

select * from final
