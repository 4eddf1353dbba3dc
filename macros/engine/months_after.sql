{#
    The day `months` calendar months after a day; where the month has no such day, its last one.

    Args:
        day: date expression.
        months: whole-number expression, may be a column.
#}
{% macro months_after(day, months) -%}
    {{ return(adapter.dispatch('months_after')(day, months)) }}
{%- endmacro %}

{% macro duckdb__months_after(day, months) -%}
    cast({{ day }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}

{% macro spark__months_after(day, months) -%}
    add_months({{ day }}, cast({{ months }} as int))
{%- endmacro %}
