{#
    Grain: one row per attribution model and channel, over all days up to the as-of day.
    Credit, cost and what the platform claims, side by side; channels with cost and no credit stay.
    aggregate_* are the figures of a model for all orders at once: for markov those of its literature
    (rpt_model_effects), for every other model the sums over orders.
    Surprise: touched_orders does not depend on the model; shared_ad_orders are those another ad
    platform was on the path of as well, which both platforms claim.
#}
with

credits as (

    select
        model,
        channel,
        {{ credit_sums() }}

    from {{ ref('fct_attribution') }}

    group by model, channel

),

spend as (

    select
        models.model,
        ad_spend.platform as channel,
        sum(ad_spend.cost_cny) as cost_cny,
        sum(ad_spend.platform_conversions) as platform_claimed_conversions

    from {{ ref('fct_ad_spend') }} as ad_spend
    cross join {{ models_listed() }}

    group by models.model, ad_spend.platform

),

order_channels as (

    select distinct
        order_id,
        channel,
        channel in ({{ quoted_list(channels_with_feed("ad_spend")) }}) as is_ad

    from {{ ref('int_attribution__paths') }}

    where order_id is not null

),

order_channels_counted as (

    select
        channel,
        is_ad,
        sum(case when is_ad then 1 else 0 end) over (partition by order_id) as ad_count

    from order_channels

),

touched as (

    select
        channel,
        count(*) as touched_orders,
        count(case when is_ad and ad_count > 1 then 1 end) as shared_ad_orders

    from order_channels_counted

    group by channel

),

effects as (

    select * from {{ ref('rpt_model_effects') }}

    where effect_level = 'channel'

),

channel_names as (

    select * from {{ ref('attribution_channels') }}

),

final as (

    select
        cast(coalesce(credits.model, spend.model) as string) as model,
        cast(coalesce(credits.channel, spend.channel) as string) as channel,
        cast(
            coalesce(channel_names.channel_name, credits.channel, spend.channel) as string
        ) as channel_name,
        cast(
            coalesce(channel_names.channel_name_zh, credits.channel, spend.channel) as string
        ) as channel_name_zh,
        {{ credit_ratios('credits', 'spend') }},
        cast(coalesce(effects.conversions, credits.conversions, 0) as decimal(18, 4))
            as aggregate_conversions,
        cast(coalesce(effects.revenue_cny, credits.revenue_cny, 0) as decimal(18, 2))
            as aggregate_revenue_cny,
        cast(coalesce(touched.touched_orders, 0) as bigint) as touched_orders,
        cast(coalesce(touched.shared_ad_orders, 0) as bigint) as shared_ad_orders

    from credits
    full outer join spend
        on credits.model = spend.model
        and credits.channel = spend.channel
    left join touched
        on coalesce(credits.channel, spend.channel) = touched.channel
    left join effects
        on credits.model = 'markov'
        and credits.channel = effects.channel
    left join channel_names
        on coalesce(credits.channel, spend.channel) = channel_names.channel

)

select * from final
