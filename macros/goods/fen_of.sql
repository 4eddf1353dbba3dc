{# An amount in yuan as whole fen: whole numbers divide alike on every engine. #}
{% macro fen_of(amount_cny) -%}
    cast(100 * ({{ amount_cny }}) as bigint)
{%- endmacro %}

{# Units with three decimals as whole thousandths. #}
{% macro thousandths_of(units) -%}
    cast(1000 * ({{ units }}) as bigint)
{%- endmacro %}
