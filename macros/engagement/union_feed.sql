{#
    All channels of an engagement feed under each other, as a complete select with `channel` first.
    Columns and types are those of feed_columns(feed).

    Args:
        feed: name of the feed, see feed_columns.
#}
{% macro union_feed(feed) -%}
    {%- for channel in channels_with_feed(feed) %}
    select
        '{{ channel }}' as channel,
        {%- for column, type in feed_columns(feed).items() %}
        cast({{ column }} as {{ type }}) as {{ column }}{{ "," if not loop.last }}
        {%- endfor %}

    from {{ ref('stg_' ~ channel ~ '__' ~ feed) }}
    {% if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}
{%- endmacro %}
