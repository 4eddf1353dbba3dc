{#
    Fails if the model has no row although it should: no other test of rows fails on an empty
    table, so this is their guard.

    Args:
        given: relation (a ref) that says whether rows are due; without it they always are. A brand
            without the channel is then no failure.
        given_condition: boolean SQL over `given`: which of its rows make rows due.
#}
{% test not_empty(model, given=none, given_condition='true') %}

with

due as (

    {% if given is none %}
    select 1 as row_count
    {% else %}
    select count(*) as row_count from {{ given }} where {{ given_condition }}
    {% endif %}

),

found as (

    select count(*) as row_count from {{ model }}

)

select due.row_count as due_row_count

from due
cross join found

where due.row_count > 0
    and found.row_count = 0

{% endtest %}
