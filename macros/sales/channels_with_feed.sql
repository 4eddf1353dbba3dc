{#
    Channels of var channel_map whose `feeds` hold `feed`, in the order of the map.

    Args:
        feed: name of a staging feed, the part of the model name after `stg_<channel>__`.
    Raises a compile error if no channel has the feed: a union over nothing has no columns.
#}
{% macro channels_with_feed(feed) -%}
    {%- set channels = [] -%}
    {%- for channel, settings in var('channel_map').items() if feed in settings.feeds -%}
        {%- do channels.append(channel) -%}
    {%- endfor -%}
    {%- if not channels -%}
        {{ exceptions.raise_compiler_error(
            "channels_with_feed: no channel of var channel_map has the feed '" ~ feed ~ "'; "
            ~ "add it to the feeds of at least one channel in dbt_project.yml"
        ) }}
    {%- endif -%}
    {{ return(channels) }}
{%- endmacro %}
