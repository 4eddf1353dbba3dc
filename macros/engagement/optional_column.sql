{#
    A column of a raw entity, or a null text where the brand's contract does not name it.

    Args:
        source_name, table_name, column_name: as in the sources file.
#}
{% macro optional_column(source_name, table_name, column_name) -%}
    {%- set found = namespace(name='cast(null as string)') -%}
    {%- if execute -%}
        {%- for source in graph.get("sources", {}).values()
            if source.source_name == source_name and source.name == table_name
            and column_name in source.columns -%}
            {%- set found.name = column_name -%}
        {%- endfor -%}
    {%- endif -%}
    {{ found.name }}
{%- endmacro %}
