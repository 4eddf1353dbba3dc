{# Calendar months from the month of date `start` to the month of date `finish`. #}
{% macro months_between_dates(start, finish) -%}
    (12 * (year({{ finish }}) - year({{ start }})) + month({{ finish }}) - month({{ start }}))
{%- endmacro %}
