{#
    Grain: one row per booking of the points ledger (ledger_id) up to the as-of day.
    Keeps the member's token, because a balance belongs to a member account, and one person may
    have had two.
#}
with

points as (

    select * from {{ ref('stg_crm__points') }}

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
        -- ids
        cast(points.ledger_id as string) as ledger_id,
        cast(points.member_id_token as string) as member_id_token,
        cast(resolution.one_id as string) as one_id,
        cast(points.business_id as string) as business_id,

        -- text
        cast(points.reason as string) as reason,

        -- numbers
        cast(points.change_points as bigint) as change_points,
        cast(points.balance_after_points as bigint) as balance_after_points,

        -- times
        cast(points.occurred_at as timestamp) as occurred_at,
        cast(points.expires_at as timestamp) as expires_at

    from points
    cross join as_of
    left join resolution
        on points.member_id_token = resolution.identifier_token
        and {{ resolved_at('resolution', 'points.occurred_at') }}

    where points.occurred_at < as_of.as_of_end_at

)

select * from final
