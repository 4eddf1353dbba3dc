{# True where `column` contains a match of the regular expression `pattern` (a literal). #}
{% macro regex_like(column, pattern) -%}
    {{ return(adapter.dispatch('regex_like')(column, pattern)) }}
{%- endmacro %}

{% macro duckdb__regex_like(column, pattern) -%}
    regexp_matches({{ column }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__regex_like(column, pattern) -%}
    {{ column }} rlike '{{ pattern | replace("\\", "\\\\") }}'
{%- endmacro %}
