{#
    Grain: one row per level (channel, campaign) and node of the Markov chain.
    How much of the conversions would be lost without the node, over all paths, open ones included.
    Surprise: the chain is solved while dbt compiles the model (macro markov_effects): SQL counts the
    transitions, this file gets the result as literals. Rare campaigns of a channel are one node.
#}
{%- set nodes = definition('attribution_max_nodes', 2, 200) %}
{%- set paths = ref('int_attribution__paths') %}
{%- set is_ready = execute and load_relation(paths) is not none %}
{%- set channel_steps %}
    select
        path_id,
        step_no,
        channel as node,
        case when order_id is not null then 1 else 0 end as converted_count,
        case when order_id is null then 1 else 0 end as other_count
    from {{ paths }}
{%- endset %}
{%- set campaign_steps %}
    select
        steps.path_id,
        steps.step_no,
        concat(steps.channel, chr(9), coalesce(campaigns.campaign_id, '')) as node,
        case when steps.order_id is not null then 1 else 0 end as converted_count,
        case when steps.order_id is null then 1 else 0 end as other_count
    from {{ paths }} as steps
    left join (
        select channel, campaign_id
        from (
            select
                channel,
                campaign_id,
                row_number() over (
                    order by touch_count desc, channel asc, campaign_id asc
                ) as campaign_no
            from (
                select channel, campaign_id, count(*) as touch_count
                from {{ paths }}
                where campaign_id is not null
                group by channel, campaign_id
            ) as counted
        ) as numbered
        where campaign_no <= {{ nodes }}
    ) as campaigns
        on steps.channel = campaigns.channel and steps.campaign_id = campaigns.campaign_id
{%- endset %}
with

channel_effects as (

    {{ markov_effects_select(channel_steps, is_ready) }}

),

campaign_effects as (

    {{ markov_effects_select(campaign_steps, is_ready) }}

),

final as (

    select
        'channel' as effect_level,
        node as channel,
        cast(null as string) as campaign_id,
        reach_ratio,
        conversion_ratio,
        removal_effect

    from channel_effects

    union all

    select
        'campaign' as effect_level,
        split_part(node, chr(9), 1) as channel,
        nullif(split_part(node, chr(9), 2), '') as campaign_id,
        reach_ratio,
        conversion_ratio,
        removal_effect

    from campaign_effects

)

select * from final
