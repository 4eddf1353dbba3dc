{# The eight attribution models, in the order reports show them. One list for models, tests and docs. #}
{% macro attribution_models() -%}
    {{ return(['first', 'last', 'last_non_direct', 'linear', 'position_based', 'time_decay', 'markov', 'shapley']) }}
{%- endmacro %}

{# The same as a relation `models (model)`, to stand after `cross join`. #}
{% macro models_listed() -%}
    (
        values
        {%- for model in attribution_models() %}
        ('{{ model }}'){{ ',' if not loop.last }}
        {%- endfor %}
    ) as models (model)
{%- endmacro %}
