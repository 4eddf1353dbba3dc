{#
    Grain: one row per identifier_token of a broken component with the part it ended up in.
    The components of the edges that were kept; an identifier that lost all of them stands alone.
#}
{{ config(materialized='connected_components') }}

select
    token_a,
    token_b

from {{ ref('int_identity__edges_judged') }}

where is_kept

union all

select
    token_a,
    token_a as token_b

from {{ ref('int_identity__edges_judged') }}

where not is_kept

union all

select
    token_b as token_a,
    token_b

from {{ ref('int_identity__edges_judged') }}

where not is_kept
