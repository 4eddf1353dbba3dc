{# UTC timestamp -> wall-clock timestamp in the brand's zone (no zone). #}
{% macro to_local(column, timezone=none) -%}
    {{ return(adapter.dispatch('to_local')(column, timezone or var('brand_timezone'))) }}
{%- endmacro %}

{% macro duckdb__to_local(column, timezone) -%}
    (cast({{ column }} as timestamp) at time zone 'UTC' at time zone '{{ timezone }}')
{%- endmacro %}

{% macro spark__to_local(column, timezone) -%}
    cast(from_utc_timestamp({{ column }}, '{{ timezone }}') as timestamp_ntz)
{%- endmacro %}

{# UTC timestamp -> calendar day in the brand's zone. #}
{% macro brand_date(column) -%}
    cast({{ to_local(column) }} as date)
{%- endmacro %}
