{# Whole calendar days from date `start` to date `finish`; negative if finish is earlier. #}
{% macro days_between(start, finish) -%}
    {{ return(adapter.dispatch('days_between')(start, finish)) }}
{%- endmacro %}

{% macro duckdb__days_between(start, finish) -%}
    date_diff('day', cast({{ start }} as date), cast({{ finish }} as date))
{%- endmacro %}

{% macro spark__days_between(start, finish) -%}
    cast(datediff(cast({{ finish }} as date), cast({{ start }} as date)) as bigint)
{%- endmacro %}
