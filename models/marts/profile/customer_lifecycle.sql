{#
    Grain: one row per one_id of dim_customers.
    Where each person stands: lifecycle of buyers (5 stages and the 4-state view), AIPL of
    everyone, value tier of buyers.
    Surprise: someone who never paid an order has no lifecycle stage, no value tier and no
    stage_since_date, but always an AIPL stage.
#}
with

people as (

    select * from {{ ref('int_lifecycle__aipl_staged') }}

),

stages as (

    select * from {{ ref('int_lifecycle__customers_staged') }}

),

tiers as (

    select * from {{ ref('int_lifecycle__customers_tiered') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

final as (

    select
        cast(people.one_id as string) as one_id,
        cast(stages.lifecycle_stage as string) as lifecycle_stage,
        cast(stages.lifecycle_stage_4 as string) as lifecycle_stage_4,
        cast(people.aipl_stage as string) as aipl_stage,
        cast(tiers.value_tier as string) as value_tier,
        cast(stages.stage_since_date as date) as stage_since_date,
        cast(as_of.as_of_date as date) as as_of_date

    from people
    cross join as_of
    left join stages
        on people.one_id = stages.one_id
    left join tiers
        on people.one_id = tiers.one_id

)

select * from final
