{#
    Grain: one row per member_id_token: the member with the person it belongs to.
    Surprise: several members may be one person (two cards under one phone); membership_rank = 1 is
    the one that speaks for the person: not cancelled before cancelled, then the newest row.
#}
with

members as (

    select * from {{ ref('stg_crm__members') }}

),

identifiers as (

    select * from {{ ref('bridge_customer_identifiers') }}

),

final as (

    select
        members.member_id_token,
        identifiers.one_id,
        members.register_store_id,
        members.brand,
        members.register_channel,
        members.member_level,
        members.member_status,
        members.gender,
        members.city,
        row_number() over (
            partition by identifiers.one_id
            order by
                case when members.member_status = 'cancelled' then 2 else 1 end asc,
                members.updated_at desc, members.member_id_token asc
        ) as membership_rank,
        coalesce(members.member_status <> 'cancelled', true) as is_valid_member,
        members.birth_date,
        members.registered_at,
        members.updated_at

    from members
    inner join identifiers
        on members.member_id_token = identifiers.identifier_token

)

select * from final
