{#
    numerator / denominator of whole numbers, rounded half up to a whole number; null where the
    denominator is 0 or null.
    Exists because engines round a decimal quotient differently: 135.575 became 135.57 on one and
    135.58 on the other. Whole numbers below 2^53 divide and floor alike everywhere.
#}
{% macro rounded_quotient(numerator, denominator) -%}
    cast(
        floor((2 * ({{ numerator }}) + ({{ denominator }})) / (2 * nullif({{ denominator }}, 0)))
        as bigint
    )
{%- endmacro %}
