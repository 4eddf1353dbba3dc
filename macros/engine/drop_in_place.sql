{#
    The statement that drops a relation, to stand before the one that creates it anew; empty if
    there is none.

    Args:
        relation: what stands there now, of any type, or none.
#}
{% macro drop_in_place(relation) %}
    {%- if relation is not none -%}
        drop {{ relation.type }} if exists {{ relation }};
    {%- endif -%}
{% endmacro %}
