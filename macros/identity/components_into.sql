{#
    `dbt run-operation components_into --args '{pairs_table: ..., into: ...}'`: components of any
    table with columns token_a, token_b, by the same macro the OneID uses. For tests and benchmarks.
#}
{% macro components_into(pairs_table, into) -%}
    {%- set components = connected_components('select token_a, token_b from ' ~ pairs_table) -%}
    {%- do run_query('drop table if exists ' ~ into) -%}
    {%- do set_table_compression(false) -%}
    {%- do run_query('create table ' ~ into ~ ' as ' ~ components) -%}
    {%- do set_table_compression(true) -%}
    {%- do check_components(into) -%}
{%- endmacro %}

{# The same for the components that new pairs change: `into` is changed. #}
{% macro components_updated(pairs_table, into) -%}
    {%- do set_table_compression(false) -%}
    {%- do connected_components_update(into, 'select token_a, token_b from ' ~ pairs_table) -%}
    {%- do adapter.commit() if adapter.type() == 'duckdb' -%}
    {%- do set_table_compression(true) -%}
{%- endmacro %}
