{#
    Grain: one row per one_id, attribute, attribute_source and attribute_value.
    Everything anybody says about gender, birth year and home city, with the source's priority and
    how often it was seen; the survivor is picked in int_profile__attributes_selected.
    attribute_detail of home_city is the province.
#}
{%- set nothing = 'cast(null as string)' %}
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
    {% for spelling in ['city', 'city_name'] %}
    select
        {{ spelling }} as city_text,
        city,
        province

    from {{ ref('cities') }}
    {{ 'union distinct' if not loop.last }}
    {%- endfor %}
),

told as (

    select
        members.one_id,
        'crm_member' as attribute_source,
        members.gender,
        -- 1900-01-01 and later than today are what forms send when nobody typed a birthday.
        case
            when members.birth_date > date '1900-01-01' and members.birth_date <= as_of.as_of_date
                then cast(year(members.birth_date) as string)
        end as birth_year,
        members.city as city_text,
        {{ nothing }} as province_text,
        members.updated_at as observed_at

    from members
    cross join as_of

    union all

    select
        identifiers.one_id,
        'wecom_contact' as attribute_source,
        {{ clean_gender('contacts.gender') }} as gender,
        {{ nothing }} as birth_year,
        {{ nothing }} as city_text,
        {{ nothing }} as province_text,
        cast(contacts.delivered_date as timestamp) as observed_at

    from contacts
    inner join identifiers
        on contacts.wecom_external_userid_token = identifiers.identifier_token
    {% for source, told_by, city, province, condition in [
        ('delivery_address', 'deliveries', 'receiver_city', 'receiver_province',
            "purchases.order_id = concat('tmall:', deliveries.native_order_id)"),
        ('store_visits', 'stores', 'city', 'province', 'purchases.store_id = stores.store_id'),
    ] %}
    union all

    select
        purchases.one_id,
        '{{ source }}' as attribute_source,
        {{ nothing }} as gender,
        {{ nothing }} as birth_year,
        {{ told_by }}.{{ city }} as city_text,
        {{ told_by }}.{{ province }} as province_text,
        purchases.paid_at as observed_at

    from purchases
    inner join {{ told_by }}
        on {{ condition }}
    {% endfor %}
),

told_with_cities as (

    select
        told.*,
        coalesce(cities.city, told.city_text) as home_city,
        coalesce(cities.province, told.province_text) as home_province

    from told
    left join cities
        on told.city_text = cities.city_text

),

statements as (
    {% for attribute, detail in {
        'gender': nothing, 'birth_year': nothing, 'home_city': 'home_province'
    }.items() %}
    select
        one_id,
        '{{ attribute }}' as attribute,
        {{ attribute }} as attribute_value,
        {{ detail }} as attribute_detail,
        attribute_source,
        observed_at

    from told_with_cities

    where {{ attribute }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
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
