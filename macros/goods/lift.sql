{#
    How many times more often two things occur together than by chance: together × total /
    (one × other), four decimals, rounded half up. 1 = by chance.

    Args:
        together, one, other, total: counts of the same baskets or people.
#}
{% macro lift(together, one, other, total) -%}
    {{ four_decimals(rounded_quotient(
        '10000 * ' ~ together ~ ' * ' ~ total, '(' ~ one ~ ' * ' ~ other ~ ')'
    )) }}
{%- endmacro %}

{# Whole ten-thousandths as a decimal with four places, exact. #}
{% macro four_decimals(whole) -%}
    cast(cast({{ whole }} as decimal(18, 0)) * cast(0.0001 as decimal(5, 4)) as decimal(18, 4))
{%- endmacro %}
