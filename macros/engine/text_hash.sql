{#
    64-bit hash of a text. It differs between engines, so it is compared within one model only and
    never kept.
#}
{% macro text_hash(text) -%}
    {{ return(adapter.dispatch('text_hash')(text)) }}
{%- endmacro %}

{% macro duckdb__text_hash(text) -%}
    {{ return('hash(' ~ text ~ ')') }}
{%- endmacro %}

{% macro spark__text_hash(text) -%}
    {{ return('xxhash64(' ~ text ~ ')') }}
{%- endmacro %}
