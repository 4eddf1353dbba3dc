{#
    Part of the day of an hour (0-23, brand zone) by var dayparts: the last part that has begun; hours
    before the first one belong to the last, which spans midnight.

    Args:
        hour: column or expression of the hour.
    Raises a compile error unless the hours of the var rise.
#}
{% macro daypart_of(hour) -%}
    {%- set parts = var('dayparts') -%}
    {%- set starts = parts.values() | list -%}
    {%- if starts != (starts | sort) or starts | length != starts | unique | list | length -%}
        {{ exceptions.raise_compiler_error("var dayparts: the first hours must rise, found " ~ starts) }}
    {%- endif -%}
    case
        {%- for name, start in (parts.items() | list) | reverse %}
        when {{ hour }} >= {{ start }} then '{{ name }}'
        {%- endfor %}
        when {{ hour }} is not null then '{{ (parts.keys() | list)[-1] }}'
    end
{%- endmacro %}
