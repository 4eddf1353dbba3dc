{# Integer fen -> decimal yuan, exact: a division would go through a double. #}
{% macro fen_to_cny(column) -%}
    cast(cast({{ column }} as decimal(18, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2))
{%- endmacro %}
