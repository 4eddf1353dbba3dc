{#
    One row per value of several columns, as an expression of a select list.

    Args:
        columns: names of columns of one type, as in a select.
#}
{% macro explode_values(columns) -%}
    {{ return(adapter.dispatch('explode_values')(columns)) }}
{%- endmacro %}

{% macro duckdb__explode_values(columns) -%}
    {{ return('unnest([' ~ columns ~ '])') }}
{%- endmacro %}

{% macro spark__explode_values(columns) -%}
    {{ return('explode(array(' ~ columns ~ '))') }}
{%- endmacro %}
