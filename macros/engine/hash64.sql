{# 64-bit hash of a text; differs between engines, so it is never persisted or published. #}
{% macro hash64(expression) -%}
    {{ return(adapter.dispatch('hash64')(expression)) }}
{%- endmacro %}

{% macro duckdb__hash64(expression) -%}
    hash({{ expression }})
{%- endmacro %}

{% macro spark__hash64(expression) -%}
    xxhash64({{ expression }})
{%- endmacro %}
