{#
    The part of an order's amount that belongs to one of its lines, in fen: by weight, and the parts
    of an order add up to the amount exactly. Where the weights already add up to the amount, every
    line gets its weight. Without any weight the first line gets all.

    Args:
        amount_fen: whole fen, the same on every line of the order.
        weight_fen: whole fen of the line, 0 or more.
        order_key: expression that names the order.
        line_key: expression that numbers the lines within the order.
#}
{% macro allocated_fen(amount_fen, weight_fen, order_key, line_key) -%}
    {%- set total -%}
        sum({{ weight_fen }}) over (partition by {{ order_key }})
    {%- endset -%}
    {%- set until_here -%}
        sum({{ weight_fen }}) over (
            partition by {{ order_key }}
            order by {{ line_key }}
            rows between unbounded preceding and current row
        )
    {%- endset -%}
    {%- set before = until_here ~ ' - ' ~ weight_fen -%}
    case
        when {{ total }} > 0 then
            {{ whole_quotient('(' ~ amount_fen ~ ') * (' ~ until_here ~ ')', total) }}
            - {{ whole_quotient('(' ~ amount_fen ~ ') * (' ~ before ~ ')', total) }}
        when row_number() over (partition by {{ order_key }} order by {{ line_key }}) = 1
            then {{ amount_fen }}
        else 0
    end
{%- endmacro %}
