{#
    Brand of a statement of consent that names none: the whole group (`all`); where identity is kept
    per brand, the default brand, because the loader gave its subject a token of that brand.
#}
{% macro consent_brand_unsaid() -%}
    {{ var('default_brand') if var('identity_scope') == 'brand' else 'all' }}
{%- endmacro %}
