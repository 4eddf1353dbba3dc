{#
    Grain: one row per one_id with at least one known attribute.
    The selected attributes side by side, each with the source it came from.
#}
with

attributes as (

    select * from {{ ref('int_profile__attributes_selected') }}

),

final as (

    select
        one_id,
        max(case when attribute = 'gender' then attribute_value end) as gender,
        max(case when attribute = 'gender' then attribute_source end) as gender_source,
        max(case when attribute = 'home_city' then attribute_value end) as home_city,
        max(case when attribute = 'home_city' then attribute_detail end) as home_province,
        max(case when attribute = 'home_city' then attribute_source end) as home_city_source,
        cast(max(case when attribute = 'birth_year' then attribute_value end) as integer)
            as birth_year,
        max(case when attribute = 'gender' then observed_at end) as gender_observed_at,
        max(case when attribute = 'birth_year' then observed_at end) as birth_year_observed_at,
        max(case when attribute = 'home_city' then observed_at end) as home_city_observed_at

    from attributes

    group by one_id

)

select * from final
