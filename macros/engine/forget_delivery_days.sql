{#
    Statement that takes the rows of some delivery days out of a table; empty if there are none.
    An incremental model runs it before it appends the same days anew, so a day that became empty
    goes too. Spark: the table is partitioned by delivered_date and its partitions are dropped.

    Args:
        relation: the table, with a column delivered_date.
        days: list of days as YYYY-MM-DD.
#}
{% macro forget_delivery_days(relation, days) -%}
    {%- if days -%}
        {{ return(adapter.dispatch('forget_delivery_days')(relation, days)) }}
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__forget_delivery_days(relation, days) -%}
    delete from {{ relation }}
    where delivered_date in ({% for day in days %}date '{{ day }}'{{ ", " if not loop.last }}{% endfor %})
{%- endmacro %}

{% macro spark__forget_delivery_days(relation, days) -%}
    alter table {{ relation }} drop if exists
    {% for day in days %}partition (delivered_date = date '{{ day }}'){{ ", " if not loop.last }}{% endfor %}
{%- endmacro %}
