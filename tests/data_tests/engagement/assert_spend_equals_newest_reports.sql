-- Failing means fct_ad_spend is not what the platforms last reported, so every return on spend is
-- wrong. Recomputed from raw by another way: the newest delivery of a row is the one without a
-- newer one. It does not claim that the reports are complete.
{{ config(meta={'dagster': {'ref': {'name': 'fct_ad_spend'}}}) }}

with

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

tencent as (

    select
        'tencent_ads' as platform,
        sum(cost) as cost_fen,
        sum(valid_click_count) as clicks

    from (
        select
            max_by(cost, dt) as cost,
            max_by(valid_click_count, dt) as valid_click_count

        from {{ source('tencent_ads', 'reports') }}

        {{ delivered() }}
            and date <= (select as_of_date from as_of)

        group by account_id, date, campaign_id, adgroup_id, ad_id
    ) as newest

),

ocean as (

    select
        'ocean_engine' as platform,
        sum(stat_cost) * 100 as cost_fen,
        sum(click_cnt) as clicks

    from (
        select
            max_by(stat_cost, dt) as stat_cost,
            max_by(click_cnt, dt) as click_cnt

        from {{ source('ocean_engine', 'reports') }}

        {{ delivered() }}
            and stat_date <= (select as_of_date from as_of)

        group by advertiser_id, stat_date, campaign_id, promotion_id
    ) as newest

),

reported as (

    select * from tencent
    union all
    select * from ocean

),

published as (

    select
        platform,
        sum(cost_cny) * 100 as cost_fen,
        sum(clicks) as clicks

    from {{ ref('fct_ad_spend') }}

    group by platform

)

select
    reported.platform,
    reported.cost_fen as reported_cost_fen,
    published.cost_fen as published_cost_fen

from reported
left join published
    on reported.platform = published.platform

where reported.cost_fen is distinct from published.cost_fen
    or reported.clicks is distinct from published.clicks
