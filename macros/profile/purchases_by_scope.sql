{#
    The purchases a lifecycle is made of, as a complete select: all of a person's once for the group
    (scope '') and, of who bought from several brands, each brand's once more (scope = the brand).
    Whoever reads it keeps scopes apart, so that no brand's stage moves by another one's orders.
#}
{% macro purchases_by_scope() -%}
    select
        *,
        '' as scope

    from {{ ref('int_lifecycle__purchases_sequenced') }}

    union all

    select
        *,
        brand_scope as scope

    from {{ ref('int_lifecycle__purchases_sequenced') }}

    where brand_scope <> ''
{%- endmacro %}
