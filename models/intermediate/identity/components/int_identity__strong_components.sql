{#
    Grain: one row per strong identifier_token with the component it belongs to.
    The materialization finds the connected components of this select's pairs by iterated
    min-label contraction (macros/identity/connected_components.sql); component_key is the
    smallest token of the component, so it depends on no order and no engine.
#}
{{ config(materialized='connected_components') }}

select
    token_a,
    token_b

from {{ ref('int_identity__strong_edges') }}
