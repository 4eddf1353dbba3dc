{# Whole milliseconds from timestamp `start` to timestamp `finish`; negative if finish is earlier. #}
{% macro milliseconds_between(start, finish) -%}
    {{ return(adapter.dispatch('milliseconds_between')(start, finish)) }}
{%- endmacro %}

{% macro duckdb__milliseconds_between(start, finish) -%}
    (epoch_ms({{ finish }}) - epoch_ms({{ start }}))
{%- endmacro %}

{% macro spark__milliseconds_between(start, finish) -%}
    timestampdiff(millisecond, {{ start }}, {{ finish }})
{%- endmacro %}
