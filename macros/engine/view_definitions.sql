{#
    The SQL of some views as the engine keeps it, as one text; views that do not exist give nothing.

    Args:
        relations: list of schema-qualified relation names, as in graph nodes' relation_name.
#}
{% macro view_definitions(relations) -%}
    {{ return(adapter.dispatch('view_definitions')(relations) if relations else '') }}
{%- endmacro %}

{% macro duckdb__view_definitions(relations) -%}
    {%- set names = [] -%}
    {%- for relation in relations -%}
        {%- do names.append(relation.replace('"', '').split('.')[-2:] | join('.')) -%}
    {%- endfor -%}
    {%- set found = run_query(
        "select sql from duckdb_views() where database_name = current_database() "
        ~ "and schema_name || '.' || view_name in ('" ~ names | join("', '") ~ "') order by sql"
    ) -%}
    {{ return(found.columns[0].values() | join('\n')) }}
{%- endmacro %}

{% macro spark__view_definitions(relations) -%}
    {%- set texts = [] -%}
    {%- for relation in relations -%}
        {%- do texts.append(run_query('show create table ' ~ relation).columns[0].values() | join('\n')) -%}
    {%- endfor -%}
    {{ return(texts | sort | join('\n')) }}
{%- endmacro %}
