{#
    The rules of the lifecycle as one dictionary, refused where they contradict each other: the
    entry of a stage must lie above its exit, and churned after dormant.
    Days: active and dormant (limits without a rhythm), shortest and longest rhythm. Orders: growth
    and maturity with the counts at which they are left. dormant_rhythms, churned_rhythms: limits
    as multiples of the rhythm.
#}
{% macro lifecycle_rules() -%}
    {%- set days = lifecycle_days() -%}
    {%- set growth = definition('lifecycle_growth_min_orders', 2, 1000) -%}
    {%- set maturity = definition('lifecycle_maturity_min_orders', growth + 1, 1000) -%}
    {%- set dormant_rhythms = definition('lifecycle_dormant_rhythms', 1, 100) -%}
    {%- set shortest = definition('lifecycle_rhythm_min_days', 1, 3650) -%}
    {{ return({
        'active': days.active,
        'dormant': days.dormant,
        'growth': growth,
        'growth_keep': definition('lifecycle_growth_keep_orders', 1, growth - 1),
        'maturity': maturity,
        'maturity_keep': definition('lifecycle_maturity_keep_orders', 1, maturity - 1),
        'min_gaps': definition('lifecycle_rhythm_min_gaps', 1, 1000),
        'max_gaps': definition('lifecycle_rhythm_max_gaps', var('lifecycle_rhythm_min_gaps'), 1000),
        'shortest': shortest,
        'longest': definition('lifecycle_rhythm_max_days', shortest, 3650),
        'dormant_rhythms': dormant_rhythms,
        'churned_rhythms': definition('lifecycle_churned_rhythms', dormant_rhythms + 1, 1000),
    }) }}
{%- endmacro %}
