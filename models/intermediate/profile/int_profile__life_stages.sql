{#
    Grain: one row per one_id and programme of seeds/reference/life_stages.csv in which the person
    is in a stage on the as-of day.
    A first purchase tells where somebody is in life: stage 1 milk powder today is stage 2 in half a
    year. The clock starts with the first kept order of a category of the programme; months are
    calendar months (macro months_after).
    A view: tags read it.
    Surprise: an empty until_month lasts for ever; a month no line of the seed names is no stage.
#}
{{ config(materialized='view') }}
with

lines as (

    select *

    from {{ ref('int_profile__lines_described') }}

    where is_kept

),

stages as (

    select * from {{ ref('life_stages') }}

),

programmes as (

    select distinct
        programme,
        category

    from stages

),

first_purchases as (

    select
        lines.one_id,
        programmes.programme,
        min_by(lines.category, concat(cast(lines.paid_at as string), lines.category))
            as first_category,
        min(lines.paid_date) as first_bought_date,
        max(lines.as_of_date) as as_of_date

    from lines
    inner join programmes
        on lines.category = programmes.category

    group by lines.one_id, programmes.programme

),

final as (

    select
        first_purchases.one_id,
        first_purchases.programme,
        stages.stage,
        first_purchases.first_category,
        first_purchases.first_bought_date,
        {{ months_after('first_purchases.first_bought_date', 'stages.from_month') }}
            as stage_since_date

    from first_purchases
    inner join stages
        on first_purchases.programme = stages.programme
        and first_purchases.first_category = stages.category

    where first_purchases.as_of_date
        >= {{ months_after('first_purchases.first_bought_date', 'stages.from_month') }}
        and (
            stages.until_month is null
            or first_purchases.as_of_date
            < {{ months_after('first_purchases.first_bought_date', 'stages.until_month') }}
        )

)

select * from final
