{#
    Fails on every row whose value lies outside the range; null passes (add not_null for it).

    Args:
        column_name: column of the test.
        min_value, max_value: bounds as numbers or SQL; give at least one.
        inclusive: whether the bounds themselves are accepted.
#}
{% test accepted_range(model, column_name, min_value=none, max_value=none, inclusive=true) %}

{%- if min_value is none and max_value is none -%}
    {{ exceptions.raise_compiler_error(
        "accepted_range on " ~ model ~ "." ~ column_name ~ ": give min_value or max_value"
    ) }}
{%- endif %}

select {{ column_name }}

from {{ model }}

where false
{%- if min_value is not none %}
    or not {{ column_name }} {{ '>=' if inclusive else '>' }} {{ min_value }}
{%- endif %}
{%- if max_value is not none %}
    or not {{ column_name }} {{ '<=' if inclusive else '<' }} {{ max_value }}
{%- endif %}

{% endtest %}
