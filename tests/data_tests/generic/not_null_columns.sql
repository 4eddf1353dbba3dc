{#
    Fails if any of `columns` holds a null; the one row it returns gives the nulls per column.
    One scan and one node for what would be a not_null test per column.

    Args:
        columns: names of the columns that are never null.
#}
{% test not_null_columns(model, columns) %}

with

nulls_counted as (

    select
        {% for column in columns %}
        count(*) - count({{ column }}) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}

    from {{ model }}

)

select *

from nulls_counted

where {% for column in columns %}{{ column }} > 0{{ ' or ' if not loop.last }}{% endfor %}

{% endtest %}
