{#
    part of whole in per cent with two decimals, rounded half up; null where whole is not above 0.

    Args:
        part, whole: whole numbers (counts, fen, thousandths of a unit).
#}
{% macro share_pct(part, whole) -%}
    case
        when {{ whole }} > 0
            then {{ fen_to_cny(rounded_quotient('10000 * (' ~ part ~ ')', whole)) }}
    end
{%- endmacro %}
