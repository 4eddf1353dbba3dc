{# A value as a SQL string, quotes doubled; null for an empty one. #}
{% macro sql_text(value) -%}
    {{ "'" ~ (value | string | replace("'", "''")) ~ "'" if value else 'cast(null as string)' }}
{%- endmacro %}
