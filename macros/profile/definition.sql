{#
    A number of a business definition (a var of dbt_project.yml), refused outside its valid range.

    Args:
        name: name of the var, as in docs/reference/definitions.md.
        minimum, maximum: valid range, both ends included.
#}
{% macro definition(name, minimum, maximum) -%}
    {%- set value = var(name) -%}
    {%- if value is not number or value < minimum or value > maximum -%}
        {{ exceptions.raise_compiler_error(
            "var " ~ name ~ " is " ~ value ~ ": give a number from " ~ minimum ~ " to " ~ maximum
        ) }}
    {%- endif -%}
    {{ return(value) }}
{%- endmacro %}
