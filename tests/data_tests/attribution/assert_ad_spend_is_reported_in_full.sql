-- Failing means that the ad pages show another spend than the platforms billed, in some period
-- type: a campaign was lost or counted twice. It does not claim that the reports are complete.
{{ config(meta={'dagster': {'ref': {'name': 'rpt_ad_performance'}}}) }}

with

billed as (

    select coalesce(sum(cost_cny), 0) as cost_cny from {{ ref('fct_ad_spend') }}

),

shown as (

    select
        period_type,
        sum(cost_cny) as cost_cny

    from {{ ref('rpt_ad_performance') }}

    group by period_type

)

select
    shown.period_type,
    shown.cost_cny as shown_cny,
    billed.cost_cny as billed_cny

from shown
cross join billed

where shown.cost_cny is distinct from billed.cost_cny
