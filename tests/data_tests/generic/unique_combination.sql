{#
    Fails on every combination of `columns` that occurs more than once; nulls count as a value.

    Args:
        columns: names of the columns that identify a row.
#}
{% test unique_combination(model, columns) %}

select
    {{ columns | join(', ') }},
    count(*) as row_count

from {{ model }}

group by {{ columns | join(', ') }}

having count(*) > 1

{% endtest %}
