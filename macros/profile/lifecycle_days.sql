{#
    The two limits of the lifecycle as {active, dormant}, in days since the last order.
    Refused when they overlap: a customer would be dormant and churned at once.
#}
{% macro lifecycle_days() -%}
    {%- set active = definition('lifecycle_active_days', 1, 3650) -%}
    {%- set dormant = definition('lifecycle_dormant_days', 2, 7300) -%}
    {%- if dormant <= active -%}
        {{ exceptions.raise_compiler_error(
            "var lifecycle_dormant_days (" ~ dormant ~ ") must be above lifecycle_active_days (" ~ active ~ ")"
        ) }}
    {%- endif -%}
    {{ return({'active': active, 'dormant': dormant}) }}
{%- endmacro %}
