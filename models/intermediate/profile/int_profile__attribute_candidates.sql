{#
    Grain: one row per one_id, attribute, attribute_source and attribute_value.
    Everything anybody says about gender, birth year and home city, with the source's priority and
    how often it was seen; the survivor is picked in int_profile__attributes_selected.
    attribute_detail of home_city is the province.
#}
with

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

members as (

    select * from {{ ref('int_profile__members_resolved') }}

),

contacts as (

    select * from {{ ref('stg_wecom__contacts') }}

),

identifiers as (

    select * from {{ ref('bridge_customer_identifiers') }}

),

purchases as (

    select * from {{ ref('int_lifecycle__purchases_sequenced') }}

),

deliveries as (

    select * from {{ ref('stg_tmall__orders') }}

),

stores as (

    select * from {{ ref('dim_stores') }}

),

cities as (

    select
        city as city_text,
        city,
        province

    from {{ ref('cities') }}

    union distinct

    select
        city_name as city_text,
        city,
        province

    from {{ ref('cities') }}

),

member_genders as (

    select
        one_id,
        'gender' as attribute,
        gender as attribute_value,
        cast(null as string) as attribute_detail,
        'crm_member' as attribute_source,
        updated_at as observed_at

    from members

    where gender is not null

),

contact_genders as (

    select
        identifiers.one_id,
        'gender' as attribute,
        {{ clean_gender('contacts.gender') }} as attribute_value,
        cast(null as string) as attribute_detail,
        'wecom_contact' as attribute_source,
        cast(contacts.delivered_date as timestamp) as observed_at

    from contacts
    inner join identifiers
        on contacts.wecom_external_userid_token = identifiers.identifier_token

    where contacts.gender is not null

),

member_birth_years as (

    select
        members.one_id,
        'birth_year' as attribute,
        cast(year(members.birth_date) as string) as attribute_value,
        cast(null as string) as attribute_detail,
        'crm_member' as attribute_source,
        members.updated_at as observed_at

    from members
    cross join as_of

    -- 1900-01-01 and later than today are what forms send when nobody typed a birthday.
    where members.birth_date > date '1900-01-01'
        and members.birth_date <= as_of.as_of_date

),

city_texts as (

    select
        one_id,
        city as city_text,
        cast(null as string) as province_text,
        'crm_member' as attribute_source,
        updated_at as observed_at

    from members

    union all

    select
        purchases.one_id,
        deliveries.receiver_city as city_text,
        deliveries.receiver_province as province_text,
        'delivery_address' as attribute_source,
        purchases.paid_at as observed_at

    from purchases
    inner join deliveries
        on purchases.order_id = concat('tmall:', deliveries.native_order_id)

    union all

    select
        purchases.one_id,
        stores.city as city_text,
        stores.province as province_text,
        'store_visits' as attribute_source,
        purchases.paid_at as observed_at

    from purchases
    inner join stores
        on purchases.store_id = stores.store_id

),

home_cities as (

    select
        city_texts.one_id,
        'home_city' as attribute,
        coalesce(cities.city, city_texts.city_text) as attribute_value,
        coalesce(cities.province, city_texts.province_text) as attribute_detail,
        city_texts.attribute_source,
        city_texts.observed_at

    from city_texts
    left join cities
        on city_texts.city_text = cities.city_text

    where city_texts.city_text is not null

),

statements as (

    select * from member_genders
    union all
    select * from contact_genders
    union all
    select * from member_birth_years
    union all
    select * from home_cities

),

final as (

    select
        one_id,
        attribute,
        attribute_value,
        max(attribute_detail) as attribute_detail,
        attribute_source,
        case attribute_source
            when 'crm_member' then 1
            when 'wecom_contact' then 2
            when 'delivery_address' then 2
            else 3
        end as source_priority,
        -- Only store visits are a vote; elsewhere the newest statement wins.
        case when attribute_source = 'store_visits' then count(*) else 1 end as support_count,
        max(observed_at) as observed_at

    from statements

    group by one_id, attribute, attribute_value, attribute_source

)

select * from final
