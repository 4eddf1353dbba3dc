{% macro generate_schema_name(custom_schema_name, node) -%}
    {#- Folder = schema: `core`, `profile`, ... without the target's prefix. -#}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
