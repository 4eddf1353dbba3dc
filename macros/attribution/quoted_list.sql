{# Texts as SQL literals for `in (...)`, one a line. #}
{% macro quoted_list(texts) -%}
    {%- for text in texts -%}
        '{{ text | replace("'", "''") }}'{{ ",\n            " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
