{#
    Grain: one row per level (channel, campaign) and node of the Markov chain.
    The aggregate figures of the Markov model as its literature gives them: conversions and revenue of
    all orders with a path, shared in proportion to removal effects.
    Surprise: they differ from rpt_channel_attribution, whose credit is the sum over orders, each
    shared among the channels of its own path only. Revenue adds up to the fen at each level.
#}
with

effects as (

    select * from {{ ref('int_attribution__removal_effects') }}

),

order_ids as (

    select distinct order_id

    from {{ ref('int_attribution__paths') }}

    where order_id is not null

),

totals as (

    select
        count(*) as conversions,
        coalesce(sum(cast(orders.net_revenue_cny * 100 as bigint)), 0) as revenue_fen

    from order_ids
    inner join {{ ref('fct_orders') }} as orders
        on order_ids.order_id = orders.order_id

),

effects_numbered as (

    select
        effects.*,
        totals.conversions as total_conversions,
        totals.revenue_fen,
        row_number() over (
            partition by effects.effect_level
            order by effects.channel, effects.campaign_id nulls first
        ) as node_no,
        effects.removal_effect
        / nullif(sum(effects.removal_effect) over (
            partition by effects.effect_level
            order by effects.channel, effects.campaign_id nulls first
            rows between unbounded preceding and unbounded following
        ), 0) as effect_share

    from effects
    cross join totals

),

final as (

    select
        cast(effect_level as string) as effect_level,
        cast(channel as string) as channel,
        cast(campaign_id as string) as campaign_id,
        cast(reach_ratio as decimal(18, 9)) as reach_ratio,
        cast(conversion_ratio as decimal(18, 9)) as conversion_ratio,
        cast(round(removal_effect, 9) as decimal(18, 9)) as removal_effect,
        cast(round(total_conversions * effect_share, 4) as decimal(18, 4)) as conversions,
        cast(
            cast(
                {{ shared_fen(
                    'revenue_fen', '(revenue_fen * effect_share)', 'effect_level', 'node_no'
                ) }} as decimal(18, 2)
            ) / 100 as decimal(18, 2)
        ) as revenue_cny

    from effects_numbered

)

select * from final
