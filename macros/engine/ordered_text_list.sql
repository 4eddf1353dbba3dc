{#
    Texts of a group in order, joined by a separator.

    Args:
        expression: the text, never null.
        position: whole number that orders them, unique in the group.
        separator: literal text between them.
#}
{% macro ordered_text_list(expression, position, separator) -%}
    {{ return(adapter.dispatch('ordered_text_list')(expression, position, separator)) }}
{%- endmacro %}

{% macro duckdb__ordered_text_list(expression, position, separator) -%}
    string_agg({{ expression }}, '{{ separator }}' order by {{ position }})
{%- endmacro %}

{% macro spark__ordered_text_list(expression, position, separator) -%}
    array_join(
        transform(
            array_sort(collect_list(struct({{ position }} as place, {{ expression }} as words))),
            x -> x.words
        ),
        '{{ separator }}'
    )
{%- endmacro %}
