{#
    Fails unless `key` names one row, no column of `key` and `not_null` is null, and `expression`
    holds in every row; each failure is one row that says what and how often.
    One node where unique_combination, not_null_columns and expression_is_true would be three.

    Args:
        key: names of the columns that identify a row; nulls in `nullable_key` count as a value.
        not_null: further columns that are never null.
        nullable_key: columns of the key that may be null.
        expression: boolean SQL over the columns; a null is a failure.
#}
{% test keyed_rows(model, key, not_null=[], nullable_key=[], expression='true') %}

with

rows_read as (

    select * from {{ model }}

),

keys_repeated as (

    select {{ (key + nullable_key) | join(', ') }}

    from rows_read

    group by {{ (key + nullable_key) | join(', ') }}

    having count(*) > 1

),

failures as (

    select
        'repeated key' as failure,
        count(*) as row_count

    from keys_repeated

    {% for column in key + not_null %}
    union all

    select
        'null in {{ column }}' as failure,
        count(*) - count({{ column }}) as row_count

    from rows_read
    {% endfor %}
    union all

    select
        'expression is not true' as failure,
        count(*) - count(case when {{ expression }} then 1 end) as row_count

    from rows_read

)

select *

from failures

where row_count > 0

{% endtest %}
