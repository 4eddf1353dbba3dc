{#
    The part of an amount that a step gets, in whole fen by the method of the largest remainder: every
    step gets the whole fen of its exact share, and the fen that are left go one each to the largest
    fractions, equal fractions in the order of the steps. The parts add up to the amount exactly.
    Fractions are compared to a millionth of a fen, so that ties are ties on every engine.

    Args:
        amount_fen: whole fen, 0 or more, the same on every row of the group.
        share: column with the exact share of the row in fen, a double; the shares of a group add up
            to the amount.
        groups: columns of the group, as in partition by.
        position: whole number that orders the rows of a group, unique in it.
#}
{% macro shared_fen(amount_fen, share, groups, position) -%}
    (
        cast(floor({{ share }}) as bigint)
        + case
            when row_number() over (
                partition by {{ groups }}
                order by round(({{ share }} - floor({{ share }})) * 1000000) desc, {{ position }} asc
            ) <= {{ amount_fen }}
                - sum(cast(floor({{ share }}) as bigint)) over (partition by {{ groups }})
                then 1
            else 0
        end
    )
{%- endmacro %}
