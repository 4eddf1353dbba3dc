{# Create (or replace) a table that lives only while one model is built. Returns nothing. #}
{% macro create_scratch_table(name, sql) -%}
    {{ return(adapter.dispatch('create_scratch_table')(name, sql)) }}
{%- endmacro %}

{% macro duckdb__create_scratch_table(name, sql) -%}
    {% do run_query('create or replace temp table ' ~ name ~ ' as ' ~ sql) %}
{%- endmacro %}

{% macro spark__create_scratch_table(name, sql) -%}
    {% do run_query('drop table if exists ' ~ name) %}
    {% do run_query('create table ' ~ name ~ ' using parquet as ' ~ sql) %}
{%- endmacro %}

{% macro drop_scratch_tables(names) -%}
    {% for name in names %}
        {% do run_query('drop table if exists ' ~ name) %}
    {% endfor %}
{%- endmacro %}
