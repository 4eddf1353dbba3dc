{#
    Fails on every row for which the expression is false or null.

    Args:
        expression: boolean SQL over the columns of the model.
        column_name: if given on a column, it is put before the expression (`>= 0`).
#}
{% test expression_is_true(model, expression, column_name=none) %}

select *

from {{ model }}

where not coalesce({{ column_name ~ ' ' if column_name is not none }}{{ expression }}, false)

{% endtest %}
