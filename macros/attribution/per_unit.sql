{#
    An amount in yuan per unit of something, rounded half up, as decimal(18, decimals); null where
    there are no units. In whole numbers, so that engines agree (rounded_quotient).

    Args:
        amount: decimal with at most two places, below a billion.
        units: decimal with at most `unit_places` places, 0 or more.
        decimals: places of the result; 2 for money, 4 for ratios.
        unit_places: 2 where the units are money, 4 for counts of credit.
#}
{% macro per_unit(amount, units, decimals=2, unit_places=4) -%}
    {%- set factor = 10 ** (decimals + unit_places - 2) -%}
    cast(
        cast(
            {{ rounded_quotient(
                'cast((' ~ amount ~ ') * 100 as bigint) * ' ~ factor,
                'cast((' ~ units ~ ') * ' ~ 10 ** unit_places ~ ' as bigint)'
            ) }} as decimal(18, {{ decimals }})
        ) / {{ 10 ** decimals }} as decimal(18, {{ decimals }})
    )
{%- endmacro %}
