{# Integer fen -> decimal yuan. Source columns declare `unit: fen` in the contract. #}
{% macro fen_to_cny(column) -%}
    cast(cast({{ column }} as decimal(18, 2)) / 100 as decimal(18, 2))
{%- endmacro %}
