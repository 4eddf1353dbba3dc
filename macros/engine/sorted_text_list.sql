{# Distinct values of a text expression in a group, sorted, joined by commas. #}
{% macro sorted_text_list(expression) -%}
    {{ return(adapter.dispatch('sorted_text_list')(expression)) }}
{%- endmacro %}

{% macro duckdb__sorted_text_list(expression) -%}
    string_agg(distinct {{ expression }}, ',' order by {{ expression }})
{%- endmacro %}

{% macro spark__sorted_text_list(expression) -%}
    array_join(array_sort(collect_set({{ expression }})), ',')
{%- endmacro %}
