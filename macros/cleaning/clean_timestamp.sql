{#
    Timestamp with null sentinels as null: exports write 0001-01-01 or 1970-01-01 for "never".
#}
{% macro clean_timestamp(column) -%}
    case when {{ column }} >= timestamp '1970-01-03 00:00:00' then {{ column }} end
{%- endmacro %}
