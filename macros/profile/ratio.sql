{#
    Share of a whole as decimal(9,4), rounded half up; null where the denominator is 0.
    Whole numbers up to 4 * 10^11 are exact, so money goes in as fen.
#}
{% macro ratio(numerator, denominator) -%}
    cast(
        cast({{ rounded_quotient('10000 * (' ~ numerator ~ ')', denominator) }} as decimal(18, 0))
        * cast(0.0001 as decimal(4, 4)) as decimal(9, 4)
    )
{%- endmacro %}
