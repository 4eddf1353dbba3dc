{#
    Grain: one row per account, day, plan and idea.
    Daily reports; the newest delivery of a day restates it, conversions for days. Cost arrives in
    yuan.
#}
with

source as (

    select *

    from {{ source('baidu_ads', 'reports') }}

    {{ delivered() }}

),

newest_delivery as (

    select *

    from source

    qualify row_number() over (
        partition by account_id, date, plan_id, idea_id
        order by
            dt desc,
            cost desc,
            impression desc,
            click desc,
            conversions desc nulls last,
            unit_id asc nulls last,
            plan_name asc nulls last
    ) = 1

),

final as (

    select
        ---------- ids
        account_id,
        plan_id as campaign_id,
        unit_id as adgroup_id,
        idea_id as ad_id,

        ---------- text
        {{ clean_text('plan_name') }} as campaign_name,

        ---------- numbers
        cast(cost as decimal(18, 2)) as cost_cny,
        impression as impressions,
        click as clicks,
        conversions as platform_conversions,
        -- the report does not say which of them followed a click
        cast(null as bigint) as platform_click_conversions,
        cast(null as bigint) as platform_display_conversions,

        ---------- dates
        date as report_date,
        dt as delivered_date

    from newest_delivery

)

select * from final
