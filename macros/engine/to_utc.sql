{# Local wall-clock timestamp -> UTC timestamp (no zone). `timezone` is a literal such as Asia/Shanghai. #}
{% macro to_utc(column, timezone=none) -%}
    {{ return(adapter.dispatch('to_utc')(column, timezone or var('brand_timezone'))) }}
{%- endmacro %}

{% macro duckdb__to_utc(column, timezone) -%}
    (cast({{ column }} as timestamp) at time zone '{{ timezone }}' at time zone 'UTC')
{%- endmacro %}

{% macro spark__to_utc(column, timezone) -%}
    cast(to_utc_timestamp({{ column }}, '{{ timezone }}') as timestamp_ntz)
{%- endmacro %}
