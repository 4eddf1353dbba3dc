{#
    Join condition on int_identity__resolution: the span of `resolution` holds the moment `at`.
    Args: resolution: alias of the joined relation; at: timestamp expression of the fact, UTC.
#}
{% macro resolved_at(resolution, at) -%}
({{ resolution }}.valid_from_at is null or {{ at }} >= {{ resolution }}.valid_from_at)
        and ({{ resolution }}.valid_to_at is null or {{ at }} < {{ resolution }}.valid_to_at)
{%- endmacro %}
