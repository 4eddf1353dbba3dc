{#
    Grain: one row per one_id: every person the identity graph knows, customer or not.
    The dimension other marts join; what changes often (scores, stages) lives in profile.
    Surprise: is_buyer counts any paid order, refunded in full or not; guest orders make nobody.
#}
with

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

purchases as (

    select * from {{ ref('int_lifecycle__purchases_sequenced') }}

),

buyers as (

    select distinct one_id from purchases

),

final as (

    select
        cast(people.one_id as string) as one_id,
        cast(people.first_seen_at as timestamp) as first_seen_at,
        cast(people.last_seen_at as timestamp) as last_seen_at,
        cast(people.first_channel as string) as first_channel,
        cast(people.identifier_count as bigint) as identifier_count,
        cast(people.channel_count as bigint) as channel_count,
        coalesce(memberships.is_member, false) as is_member,
        coalesce(contacts.is_oa_follower, false) as is_oa_follower,
        coalesce(contacts.is_wecom_contact, false) as is_wecom_contact,
        buyers.one_id is not null as is_buyer,
        cast(demographics.gender as string) as gender,
        cast(demographics.birth_year as integer) as birth_year,
        cast(demographics.home_city as string) as home_city,
        cast(demographics.home_province as string) as home_province

    from people
    left join memberships
        on people.one_id = memberships.one_id
    left join contacts
        on people.one_id = contacts.one_id
    left join demographics
        on people.one_id = demographics.one_id
    left join buyers
        on people.one_id = buyers.one_id

)

select * from final
