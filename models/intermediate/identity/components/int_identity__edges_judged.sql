{#
    Grain: one row per edge of a broken component with its verdict.
    Edges join strongest first; one that would bring more values of a type together than a person
    may have, or two identifiers people keep apart, is refused and says which rule refused it.
#}
{{ config(materialized='constrained_union') }}

select
    kind,
    edge_key,
    sort_key,
    token_a,
    token_b,
    limit_key_a,
    max_values_a,
    limit_key_b,
    max_values_b,
    is_forced,
    record_group

from {{ ref('int_identity__edges_of_broken') }}
