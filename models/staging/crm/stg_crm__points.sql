{#
    Grain: one row per booking of the points ledger (ledger_id), of the newest delivery.
#}
with

points as (

    select *

    from {{ source('crm', 'points') }}

    {{ delivered() }}

),

newest_delivered as (

    select *

    from points

    qualify row_number() over (
        partition by ledger_id
        order by dt desc, occurred_at desc, change desc, balance_after desc
    ) = 1

),

final as (

    select
        -- ids
        ledger_id,
        member_id as member_id_token,
        {{ clean_text('biz_id') }} as business_id,

        -- text
        lower({{ clean_text('reason') }}) as reason,

        -- numbers
        change as change_points,
        balance_after as balance_after_points,

        -- dates and times
        dt as delivered_date,
        {{ to_utc('occurred_at') }} as occurred_at,
        {{ to_utc(clean_timestamp('expire_at')) }} as expires_at

    from newest_delivered

)

select * from final
