-- Failing means the long and the wide form tell different stories about the stage of a person.
-- It compares the two tags that every campaign uses, not all of them.
{{ config(meta={'dagster': {'ref': {'name': 'customer_tags'}}}) }}

with

profiles as (

    select * from {{ ref('customer_360') }}

),

tags as (

    select * from {{ ref('customer_tags') }}

),

compared as (

    select
        profiles.one_id,
        profiles.aipl_stage,
        profiles.lifecycle_stage,
        aipl_tags.value as aipl_tag,
        lifecycle_tags.value as lifecycle_tag

    from profiles
    left join tags as aipl_tags
        on profiles.one_id = aipl_tags.one_id
        and aipl_tags.tag = 'aipl_stage'
    left join tags as lifecycle_tags
        on profiles.one_id = lifecycle_tags.one_id
        and lifecycle_tags.tag = 'lifecycle_stage'

)

select *

from compared

where aipl_stage is distinct from aipl_tag
    or lifecycle_stage is distinct from lifecycle_tag
