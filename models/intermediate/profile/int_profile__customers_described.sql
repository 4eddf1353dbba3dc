{#
    Grain: one row per one_id of dim_customers.
    Who a person is and how the person stands to the brand: the first block of customer_360.
    A view: customer_360 reads it.
#}
{{ config(materialized='view') }}
with

customers as (

    select * from {{ ref('dim_customers') }}

),

people as (

    select * from {{ ref('int_profile__people_seen') }}

),

memberships as (

    select * from {{ ref('int_profile__memberships') }}

),

contacts as (

    select * from {{ ref('int_profile__contacts') }}

),

demographics as (

    select * from {{ ref('int_profile__demographics') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

final as (

    select
        customers.one_id,

        -- who
        customers.first_seen_at,
        customers.last_seen_at,
        customers.first_channel,
        customers.identifier_count,
        customers.channel_count,
        customers.gender,
        customers.birth_year,
        case
            when year(as_of.as_of_date) - customers.birth_year < 18 then 'under 18'
            when year(as_of.as_of_date) - customers.birth_year < 25 then '18-24'
            when year(as_of.as_of_date) - customers.birth_year < 35 then '25-34'
            when year(as_of.as_of_date) - customers.birth_year < 45 then '35-44'
            when year(as_of.as_of_date) - customers.birth_year < 55 then '45-54'
            when customers.birth_year is not null then '55+'
        end as age_band,
        customers.home_city,
        customers.home_province,
        cast(demographics.gender_source as string) as gender_source,
        cast(demographics.home_city_source as string) as home_city_source,
        {{ brand_date('demographics.gender_observed_at') }} as gender_stated_date,
        {{ brand_date('demographics.home_city_observed_at') }} as home_city_stated_date,
        {{ brand_date('customers.first_seen_at') }} as first_seen_date,

        -- relation
        customers.is_member,
        coalesce(memberships.is_tmall_member, false) as is_tmall_member,
        cast(memberships.member_level as string) as member_level,
        cast(memberships.member_status as string) as member_status,
        cast(memberships.register_channel as string) as register_channel,
        {{ brand_date('memberships.registered_at') }} as registered_date,
        {{ brand_date('memberships.member_since_at') }} as member_since_date,
        {{ brand_date('memberships.member_updated_at') }} as member_updated_date,
        {{ brand_date('memberships.shop_member_since_at') }} as shop_member_since_date,
        customers.is_oa_follower,
        {{ brand_date('contacts.followed_at') }} as oa_follower_since_date,
        customers.is_wecom_contact,
        {{ brand_date('contacts.wecom_added_at') }} as wecom_contact_since_date,
        coalesce(people.has_verified_phone, false) as has_verified_phone,
        customers.is_buyer,
        as_of.as_of_date

    from customers
    cross join as_of
    left join people
        on customers.one_id = people.one_id
    left join memberships
        on customers.one_id = memberships.one_id
    left join contacts
        on customers.one_id = contacts.one_id
    left join demographics
        on customers.one_id = demographics.one_id

)

select * from final
