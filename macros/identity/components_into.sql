{#
    `dbt run-operation components_into --args '{pairs_table: ..., into: ...}'`: components of any
    table with columns token_a, token_b, by the same macro the OneID uses. For tests and benchmarks.
#}
{% macro components_into(pairs_table, into) -%}
    {%- set components = connected_components('select token_a, token_b from ' ~ pairs_table) -%}
    {%- do run_query('drop table if exists ' ~ into) -%}
    {%- do run_query('create table ' ~ into ~ ' as ' ~ components) -%}
{%- endmacro %}
