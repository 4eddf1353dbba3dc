{#
    Grain: one row per order and step of its path, with the step's share in each of the eight models.
    Formulas and sources: docs/reference/attribution.md. The shares of an order add up to 1.
    markov and shapley share by distinct channels of the path, then evenly by the touches of a
    channel: markov in proportion to removal effects, shapley evenly (its closed form).
    A view: int_attribution__credits is its only reader.
#}
{{ config(materialized='view') }}
{%- set first = definition('attribution_position_first', 0, 1) %}
{%- set last = definition('attribution_position_last', 0, 1 - first) %}
{%- set half_life_ms = definition('attribution_half_life_days', 0.01, 90) * 86400000 %}
with

steps as (

    select * from {{ ref('int_attribution__paths') }}

    where order_id is not null

),

effects as (

    select * from {{ ref('int_attribution__removal_effects') }}

    where effect_level = 'channel'

),

steps_counted as (

    select
        steps.*,
        count(*) over (partition by steps.order_id) as step_count,
        coalesce(
            max(case when not steps.is_direct then steps.step_no end) over (
                partition by steps.order_id
            ),
            count(*) over (partition by steps.order_id)
        ) as last_non_direct_no,
        1.0e0 / count(*) over (partition by steps.order_id, steps.channel) as shapley_weight,
        coalesce(effects.removal_effect, 0)
        / count(*) over (partition by steps.order_id, steps.channel) as markov_weight,
        power(2.0e0, -(steps.age_ms / cast({{ half_life_ms }} as double))) as decay_weight

    from steps
    left join effects
        on steps.channel = effects.channel

),

final as (

    select
        order_id,
        touchpoint_id,
        step_no,
        step_count,
        case when step_no = 1 then 1.0e0 else 0.0e0 end as first_share,
        case when step_no = step_count then 1.0e0 else 0.0e0 end as last_share,
        case when step_no = last_non_direct_no then 1.0e0 else 0.0e0 end as last_non_direct_share,
        1.0e0 / step_count as linear_share,
        -- Without a step between them, first and last share all in their proportion.
        cast(
            case
                when step_count = 1 then 1
                when step_count = 2 and {{ first + last }} = 0 then 0.5
                when step_count = 2
                    then case step_no when 1 then {{ first }} else {{ last }} end
                        / {{ first + last if first + last > 0 else 1 }}
                when step_no = 1 then {{ first }}
                when step_no = step_count then {{ last }}
                else {{ 1 - first - last }} / (step_count - 2)
            end as double
        ) as position_based_share,
        decay_weight / sum(decay_weight) over (partition by order_id) as time_decay_share,
        case
            when sum(markov_weight) over (partition by order_id) > 0
                then markov_weight / sum(markov_weight) over (partition by order_id)
            else shapley_weight / sum(shapley_weight) over (partition by order_id)
        end as markov_share,
        shapley_weight / sum(shapley_weight) over (partition by order_id) as shapley_share

    from steps_counted

)

select * from final
