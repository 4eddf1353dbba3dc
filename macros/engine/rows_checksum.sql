{#
    Checksum of the rows of a group, whatever their order, as text: the sum of their 64-bit hashes.
    It differs between engines, so it is only ever compared with one that the same engine made;
    any other value means "unknown".

    Args:
        columns: the columns of a row, as in a select.
#}
{% macro rows_checksum(columns) -%}
    {{ return(adapter.dispatch('rows_checksum')(columns)) }}
{%- endmacro %}

{% macro duckdb__rows_checksum(columns) -%}
    {{ return('cast(sum(hash(' ~ columns ~ ')) as varchar)') }}
{%- endmacro %}

{% macro spark__rows_checksum(columns) -%}
    {{ return('cast(sum(cast(xxhash64(' ~ columns ~ ') as decimal(38, 0))) as string)') }}
{%- endmacro %}
