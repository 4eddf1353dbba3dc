{#
    Grain: one row per person and brand in which the person ordered or holds a membership
    (one_id, brand). A person of three brands has three rows; the group's view is customer_360.
    Surprise: everything is said within the brand, the scores, the stage and the first order too, so
    that a brand can read its rows without learning what its customers do at its sisters.
#}

with

purchases as (

    select * from {{ ref('int_profile__brand_customers') }}

),

members as (

    select
        *,
        coalesce(brand, '{{ var("default_brand") }}') as member_brand

    from {{ ref('int_profile__members_resolved') }}

),

open_spells as (

    select * from {{ ref('int_lifecycle__stages_dated') }}

    where valid_to_date is null

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

members_ranked as (

    select
        *,
        row_number() over (partition by one_id, member_brand order by membership_rank) as brand_rank

    from members

),

members_by_brand as (

    select
        one_id,
        member_brand as brand,
        max(case when brand_rank = 1 then member_level end) as member_level,
        max(case when brand_rank = 1 then member_status end) as member_status,
        bool_or(is_valid_member) as is_member,
        min(registered_at) filter (where is_valid_member) as member_since_at

    from members_ranked

    group by one_id, member_brand

),

people as (

    select
        one_id,
        brand

    from purchases

    union

    select
        one_id,
        brand

    from members_by_brand

),

final as (

    select
        -- ids and text
        cast(people.one_id as string) as one_id,
        cast(people.brand as string) as brand,
        cast(purchases.first_order_id as string) as first_order_id,
        cast(purchases.first_order_channel as string) as first_order_channel,
        cast(members.member_level as string) as member_level,
        cast(members.member_status as string) as member_status,
        cast(purchases.rfm_segment as string) as rfm_segment,
        cast(open_spells.stage as string) as lifecycle_stage,
        cast({{ lifecycle_in_4_states('open_spells.stage') }} as string) as lifecycle_stage_4,

        -- numbers
        cast(coalesce(purchases.order_count, 0) as bigint) as order_count,
        cast(coalesce(purchases.kept_order_count, 0) as bigint) as kept_order_count,
        cast(coalesce(purchases.order_channel_count, 0) as bigint) as order_channel_count,
        cast(coalesce(purchases.gross_cny, 0) as decimal(18, 2)) as gross_cny,
        cast(coalesce(purchases.discount_cny, 0) as decimal(18, 2)) as discount_cny,
        cast(coalesce(purchases.refunded_cny, 0) as decimal(18, 2)) as refunded_cny,
        cast(coalesce(purchases.net_revenue_cny, 0) as decimal(18, 2)) as net_revenue_cny,
        cast({{ days_between('purchases.last_order_date', 'as_of.as_of_date') }} as bigint)
            as recency_days,
        purchases.r_score,
        purchases.f_score,
        purchases.m_score,

        -- booleans
        purchases.one_id is not null as is_buyer,
        coalesce(members.is_member, false) as is_member,

        -- dates
        {{ brand_date('members.member_since_at') }} as member_since_date,
        cast(purchases.first_order_date as date) as first_order_date,
        cast(purchases.last_order_date as date) as last_order_date,
        cast(open_spells.valid_from_date as date) as stage_since_date,
        cast(as_of.as_of_date as date) as as_of_date

    from people
    cross join as_of
    left join purchases
        on people.one_id = purchases.one_id
        and people.brand = purchases.brand
    left join open_spells
        on purchases.one_id = open_spells.one_id
        and purchases.brand_scope = open_spells.scope
    left join members_by_brand as members
        on people.one_id = members.one_id
        and people.brand = members.brand

)

select * from final
