{#
    Grain: one row per one_id of the previous assignment that any identifier still carries.
    The person that holds the id's oldest identifier claims it: after a split that part keeps the
    id. is_kept false: a person with several claims keeps the oldest one, the others retire into it.
#}
with

persons as (

    select * from {{ ref('int_identity__persons') }}

    where previous_one_id is not null

),

claims as (

    select
        previous_one_id as one_id,
        min_by(component_key, age_key) as component_key,
        min(age_key) as age_key

    from persons

    group by previous_one_id

),

final as (

    select
        one_id,
        component_key,
        age_key,
        row_number() over (partition by component_key order by age_key) = 1 as is_kept

    from claims

)

select * from final
