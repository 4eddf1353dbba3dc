{# Where clause of every staging model: only what was delivered up to the as-of day (all, if none is set). #}
{% macro delivered() -%}
    {% if var('as_of_date', '') %}where dt <= date '{{ var("as_of_date") }}'{% else %}where true{% endif %}
{%- endmacro %}
