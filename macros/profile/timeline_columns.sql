{#
    The columns of an event of core.customer_timeline, with those that a source names and typed
    nulls for the rest.

    Args:
        given: column -> SQL expression.
    Raises a compile error for a column no event has.
#}
{% macro timeline_columns(given) -%}
    {%- set columns = {
        'one_id': 'string', 'event_type': 'string', 'event_key': 'string', 'occurred_at': 'timestamp',
        'channel': 'string', 'title': 'string', 'state': 'string', 'page': 'string',
        'campaign_id': 'string', 'placement': 'string', 'store_id': 'string', 'order_id': 'string',
        'amount_cny': 'decimal(18, 2)', 'quantity': 'bigint', 'source_table': 'string',
        'source_id': 'string', 'identifier_token': 'string', 'fallback_token': 'string'
    } -%}
    {%- for column in given if column not in columns -%}
        {{ exceptions.raise_compiler_error("timeline_columns: no event has a column " ~ column) }}
    {%- endfor -%}
    {%- for column, type in columns.items() %}
        cast({{ given.get(column, 'null') }} as {{ type }}) as {{ column }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}
