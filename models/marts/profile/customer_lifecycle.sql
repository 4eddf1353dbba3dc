{#
    Grain: one row per one_id of dim_customers.
    Where each person stands: lifecycle of buyers (5 stages and the 4-state view), AIPL of
    everyone, value tier of buyers. The stages are the open spells of customer_lifecycle_history.
    Surprise: someone who never paid an order has no lifecycle stage, no value tier and no
    stage_since_date, but always an AIPL stage.
#}
with

people as (

    select * from {{ ref('dim_customers') }}

),

open_spells as (

    select * from {{ ref('customer_lifecycle_history') }}

    where valid_to_date is null

),

newest_purchase_days as (

    select * from {{ ref('int_lifecycle__purchase_days') }}

    where next_paid_date is null
        and scope = ''

),

tiers as (

    select * from {{ ref('int_lifecycle__customers_tiered') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

stages as (

    select
        one_id,
        max(case when stage_kind = 'lifecycle' then stage end) as lifecycle_stage,
        max(case when stage_kind = 'lifecycle_4' then stage end) as lifecycle_stage_4,
        max(case when stage_kind = 'aipl' then stage end) as aipl_stage,
        max(case when stage_kind = 'lifecycle' then valid_from_date end) as stage_since_date,
        max(case when stage_kind = 'aipl' then valid_from_date end) as aipl_since_date

    from open_spells

    group by one_id

),

final as (

    select
        cast(people.one_id as string) as one_id,
        cast(stages.lifecycle_stage as string) as lifecycle_stage,
        cast(stages.lifecycle_stage_4 as string) as lifecycle_stage_4,
        cast(stages.aipl_stage as string) as aipl_stage,
        cast(tiers.value_tier as string) as value_tier,
        cast(stages.stage_since_date as date) as stage_since_date,
        cast(stages.aipl_since_date as date) as aipl_since_date,
        cast(newest.rhythm_source as string) as rhythm_source,
        cast(newest.rhythm_days as bigint) as rhythm_days,
        cast(newest.dormant_date as date) as dormant_date,
        cast(newest.churned_date as date) as churned_date,
        cast(as_of.as_of_date as date) as as_of_date

    from people
    cross join as_of
    inner join stages
        on people.one_id = stages.one_id
    left join newest_purchase_days as newest
        on people.one_id = newest.one_id
    left join tiers
        on people.one_id = tiers.one_id

)

select * from final
