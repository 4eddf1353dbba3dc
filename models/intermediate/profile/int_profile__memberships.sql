{#
    Grain: one row per one_id that holds or held a membership (CRM programme or 会员通 of a shop).
#}
with

members as (

    select * from {{ ref('int_profile__members_resolved') }}

),

shop_members as (

    select * from {{ ref('stg_tmall__members') }}

),

identifiers as (

    select * from {{ ref('bridge_customer_identifiers') }}

),

members_by_person as (

    select
        one_id,
        max(case when membership_rank = 1 then brand end) as member_brand,
        max(case when membership_rank = 1 then register_channel end) as register_channel,
        max(case when membership_rank = 1 then register_store_id end) as register_store_id,
        max(case when membership_rank = 1 then member_level end) as member_level,
        max(case when membership_rank = 1 then member_status end) as member_status,
        count(*) filter (where is_valid_member) as membership_count,
        bool_or(is_valid_member) as is_member,
        max(case when membership_rank = 1 then registered_at end) as registered_at,
        min(registered_at) filter (where is_valid_member) as member_since_at,
        max(case when membership_rank = 1 then updated_at end) as member_updated_at

    from members

    group by one_id

),

shop_members_by_person as (

    select
        identifiers.one_id,
        min(shop_members.bound_at) as shop_member_since_at

    from shop_members
    inner join identifiers
        on shop_members.tmall_ouid_token = identifiers.identifier_token

    group by identifiers.one_id

),

final as (

    select
        coalesce(crm.one_id, shop.one_id) as one_id,
        crm.member_brand,
        crm.register_channel,
        crm.register_store_id,
        crm.member_level,
        crm.member_status,
        coalesce(crm.membership_count, 0) as membership_count,
        coalesce(crm.is_member, false) as is_member,
        shop.one_id is not null as is_tmall_member,
        crm.registered_at,
        crm.member_since_at,
        crm.member_updated_at,
        shop.shop_member_since_at

    from members_by_person as crm
    full outer join shop_members_by_person as shop
        on crm.one_id = shop.one_id

)

select * from final
