{#
    Grain: one row per attribution model, channel and day (in the brand's zone).
    Two views of money: revenue_cny belongs to the day an order was paid and is restated by later
    refunds; booked_cny belongs to the day money moved, refunds on the day of the refund.
    Surprise: only sums, so days add up; ratios of a period are made of its sums.
#}
with

attribution as (

    select * from {{ ref('fct_attribution') }}

),

amounts as (

    select
        model,
        channel,
        paid_date as date,
        credit_ratio,
        case when is_new_customer then credit_ratio else 0 end as new_ratio,
        credit_cny as revenue_cny,
        cast(0 as decimal(18, 2)) as booked_cny,
        cast(0 as decimal(18, 2)) as cost_cny

    from attribution

    union all

    select
        model,
        channel,
        booked_date as date,
        cast(0 as decimal(18, 9)) as credit_ratio,
        cast(0 as decimal(18, 9)) as new_ratio,
        cast(0 as decimal(18, 2)) as revenue_cny,
        credit_cny as booked_cny,
        cast(0 as decimal(18, 2)) as cost_cny

    from attribution

    union all

    select
        models.model,
        ad_spend.platform as channel,
        ad_spend.date,
        cast(0 as decimal(18, 9)) as credit_ratio,
        cast(0 as decimal(18, 9)) as new_ratio,
        cast(0 as decimal(18, 2)) as revenue_cny,
        cast(0 as decimal(18, 2)) as booked_cny,
        ad_spend.cost_cny

    from {{ ref('fct_ad_spend') }} as ad_spend
    cross join {{ models_listed() }}

),

final as (

    select
        cast(model as string) as model,
        cast(channel as string) as channel,
        date,
        cast(round(sum(credit_ratio), 4) as decimal(18, 4)) as conversions,
        cast(round(sum(new_ratio), 4) as decimal(18, 4)) as new_customers,
        cast(sum(revenue_cny) as decimal(18, 2)) as revenue_cny,
        cast(sum(booked_cny) as decimal(18, 2)) as booked_cny,
        cast(sum(cost_cny) as decimal(18, 2)) as cost_cny

    from amounts

    group by model, channel, date

)

select * from final
