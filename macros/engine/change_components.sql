{#
    Rename components of a table (identifier_token, component_key) and add rows to it. DuckDB takes
    the rows that change out and adds them anew, in a transaction that the caller commits
    (adapter.commit); Spark's Parquet cannot be changed, so the table is written anew.

    Args:
        relation: the table.
        renamed: scratch table (old_key, new_key), one row per component that changes its name.
        added: scratch table (identifier_token, component_key).
#}
{% macro change_components(relation, renamed, added) -%}
    {{ return(adapter.dispatch('change_components')(relation, renamed, added)) }}
{%- endmacro %}

{# Rows that were changed in place lie everywhere, and DuckDB would write every block of keys anew. #}
{% macro duckdb__change_components(relation, renamed, added) -%}
    {%- do create_scratch_table('cc_changed', 'select known.rowid as row_number, known.identifier_token, '
        ~ 'renamed.new_key as component_key from ' ~ relation ~ ' as known '
        ~ 'inner join ' ~ renamed ~ ' as renamed on known.component_key = renamed.old_key') -%}
    {%- call statement('renamed') -%}
        delete from {{ relation }} where rowid in (select row_number from cc_changed)
    {%- endcall -%}
    {%- call statement('added') -%}
        insert into {{ relation }} (identifier_token, component_key)
        select identifier_token, component_key from cc_changed
        union all
        select identifier_token, component_key from {{ added }}
    {%- endcall -%}
    {%- do drop_scratch_tables(['cc_changed']) -%}
{%- endmacro %}

{% macro spark__change_components(relation, renamed, added) -%}
    {%- set beside = relation ~ '__changed' -%}
    {%- do run_query('drop table if exists ' ~ beside) -%}
    {%- call statement('renamed') -%}
        create table {{ beside }} using parquet as
        select
            known.identifier_token,
            coalesce(renamed.new_key, known.component_key) as component_key
        from {{ relation }} as known
        left join {{ renamed }} as renamed
            on known.component_key = renamed.old_key
        union all
        select identifier_token, component_key from {{ added }}
    {%- endcall -%}
    {%- do run_query('drop table ' ~ relation) -%}
    {%- do run_query('alter table ' ~ beside ~ ' rename to ' ~ relation) -%}
{%- endmacro %}
