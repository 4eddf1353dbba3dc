{# Yuan as whole fen. #}
{% macro cny_to_fen(column) -%}
    cast(100 * ({{ column }}) as bigint)
{%- endmacro %}
