{# A UTM value: cleaned (sentinels and `(not set)` are null) and in lower case, as analytics tools group it. #}
{% macro clean_utm(column) -%}
    lower({{ clean_text(column) }})
{%- endmacro %}
