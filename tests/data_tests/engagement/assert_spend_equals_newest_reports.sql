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

kuaishou as (

    select
        'kuaishou_ads' as platform,
        sum(cast(charge as decimal(18, 2)) * 100) as cost_fen,
        sum(clicks) as clicks

    from (
        select
            round(coalesce(
                sum(charge) filter (where stat_hour is null),
                sum(charge) filter (where stat_hour is not null)
            ), 2) as charge,
            coalesce(
                sum(bclick) filter (where stat_hour is null),
                sum(bclick) filter (where stat_hour is not null)
            ) as clicks

        from {{ source('kuaishou_ads', 'reports') }} as reports
        inner join (
            select
                account_id as newest_account_id,
                stat_date as newest_date,
                campaign_id as newest_campaign_id,
                unit_id as newest_unit_id,
                max(dt) as newest_dt

            from {{ source('kuaishou_ads', 'reports') }}

            {{ delivered() }}

            group by account_id, stat_date, campaign_id, unit_id
        ) as newest
            on reports.account_id = newest.newest_account_id
            and reports.stat_date = newest.newest_date
            and reports.campaign_id = newest.newest_campaign_id
            and reports.unit_id = newest.newest_unit_id
            and reports.dt = newest.newest_dt

        where stat_date <= (select as_of_date from as_of)

        group by account_id, stat_date, campaign_id, unit_id
    ) as days

),

baidu as (

    select
        'baidu_ads' as platform,
        sum(cost) * 100 as cost_fen,
        sum(click) as clicks

    from (
        select
            max_by(cost, dt) as cost,
            max_by(click, dt) as click

        from {{ source('baidu_ads', 'reports') }}

        {{ delivered() }}
            and date <= (select as_of_date from as_of)

        group by account_id, date, plan_id, idea_id
    ) as newest

),

reported as (

    select * from tencent
    union all
    select * from ocean
    union all
    select * from kuaishou
    union all
    select * from baidu

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
