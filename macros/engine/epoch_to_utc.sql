{# Epoch number -> UTC timestamp. `unit` is s or ms; a ten-digit value in ms is seconds (SDK quirk). #}
{% macro epoch_to_utc(column, unit) -%}
    {%- if unit not in ('s', 'ms') -%}
        {{ exceptions.raise_compiler_error("epoch_to_utc: unit must be 's' or 'ms', found '" ~ unit ~ "'") }}
    {%- endif -%}
    {{ return(adapter.dispatch('epoch_to_utc')(column, unit)) }}
{%- endmacro %}

{% macro duckdb__epoch_to_utc(column, unit) -%}
    {%- if unit == 's' -%}
    make_timestamp(cast({{ column }} as bigint) * 1000000)
    {%- else -%}
    make_timestamp(case when {{ column }} < 100000000000 then cast({{ column }} as bigint) * 1000000 else cast({{ column }} as bigint) * 1000 end)
    {%- endif -%}
{%- endmacro %}

{% macro spark__epoch_to_utc(column, unit) -%}
    {%- if unit == 's' -%}
    cast(timestamp_seconds({{ column }}) as timestamp_ntz)
    {%- else -%}
    cast(timestamp_millis(case when {{ column }} < 100000000000 then {{ column }} * 1000 else {{ column }} end) as timestamp_ntz)
    {%- endif -%}
{%- endmacro %}
