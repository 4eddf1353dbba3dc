{#
    Whether tables written from now on in this session are compressed. Tokens are random digits:
    DuckDB takes as long to compress a table of them as to find them, and saves half of the disk.

    Args:
        wanted: false for a table that the next run writes anew anyway; true afterwards.
#}
{% macro set_table_compression(wanted) -%}
    {{ return(adapter.dispatch('set_table_compression')(wanted)) }}
{%- endmacro %}

{% macro duckdb__set_table_compression(wanted) -%}
    {%- do run_query("set force_compression = '" ~ ('auto' if wanted else 'uncompressed') ~ "'") -%}
{%- endmacro %}

{% macro spark__set_table_compression(wanted) -%}{%- endmacro %}
