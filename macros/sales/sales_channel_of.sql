{#
    Sales channel of a channel of var channel_map, as a text literal.

    Args:
        channel: key of var channel_map.
    Raises a compile error unless it is own, marketplace, retail or takeaway.
#}
{% macro sales_channel_of(channel) -%}
    {%- set sales_channel = var('channel_map')[channel].sales_channel -%}
    {%- if sales_channel not in ('own', 'marketplace', 'retail', 'takeaway') -%}
        {{ exceptions.raise_compiler_error(
            "sales_channel_of: channel '" ~ channel ~ "' sells, so its sales_channel in var "
            ~ "channel_map must be own, marketplace, retail or takeaway, found '"
            ~ sales_channel ~ "'"
        ) }}
    {%- endif -%}
    '{{ sales_channel }}'
{%- endmacro %}
