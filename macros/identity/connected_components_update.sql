{#
    Components after new pairs came, from the components before: the same rows that
    connected_components gives for all pairs together, at the price of the new ones.

    The ends of the new pairs are looked up in the known table; an end stands for its component, a
    new one for itself. The contraction runs on that small graph. Because a component is named by
    the start of its smallest token, the smallest name of what merged is the name of the whole; only
    the components that lose their name are changed.

    Args:
        known: table (identifier_token, component_key) that connected_components filled; changed.
        new_pairs: select with columns token_a, token_b, as for connected_components. It may repeat
            known pairs. Taking pairs away needs a new start from all pairs.
    Errors: two of the tokens and components at hand that start with the same 16 digits, or a token
        that is no hex number. (A new token that starts like a component which is not at hand is
        not noticed; the chance is below 1e-7 for 200,000 new tokens beside 5 million components.)
#}
{% macro connected_components_update(known, new_pairs) -%}
    {%- do create_scratch_table('cc_new_pairs', 'select token_a, token_b from (' ~ new_pairs ~ ') as pairs') -%}
    {%- do create_scratch_table('cc_ends', 'select distinct ' ~ explode_values('token_a, token_b')
        ~ ' as identifier_token from cc_new_pairs') -%}
    {%- do create_scratch_table('cc_known_ends', 'select known.identifier_token, known.component_key from ' ~ known
        ~ ' as known inner join cc_ends as ends on known.identifier_token = ends.identifier_token') -%}
    {%- do create_scratch_table('cc_standing', 'select ends.identifier_token, known.component_key as known_key, '
        ~ 'coalesce(known.component_key, ends.identifier_token) as stands_for, '
        ~ digest_number('coalesce(known.component_key, ends.identifier_token)') ~ ' as number '
        ~ 'from cc_ends as ends left join cc_known_ends as known on ends.identifier_token = known.identifier_token') -%}
    {%- do create_scratch_table('cc_pairs_0', 'select greatest(a.number, b.number) as greater_end, '
        ~ 'least(a.number, b.number) as lesser_end from cc_new_pairs as pairs '
        ~ 'inner join cc_standing as a on pairs.token_a = a.identifier_token '
        ~ 'inner join cc_standing as b on pairs.token_b = b.identifier_token') -%}
    {%- set vertices = contract_pairs('cc_pairs_0') -%}
    {%- set standing = run_query('select count(distinct stands_for) from cc_standing').rows[0][0] | int -%}
    {%- do raise_if_not_digests(standing - vertices) -%}
    {%- do create_scratch_table('cc_found', labelled('cc_standing', 'number')) -%}
    {%- do create_scratch_table('cc_renamed', 'select distinct known_key as old_key, ' ~ digest_prefix('label')
        ~ ' as new_key from cc_found where known_key is not null and label <> number') -%}
    {%- do create_scratch_table('cc_added', 'select identifier_token, ' ~ digest_prefix('label')
        ~ ' as component_key from cc_found where known_key is null') -%}
    {%- do change_components(known, 'cc_renamed', 'cc_added') -%}
    {%- do drop_scratch_tables(['cc_new_pairs', 'cc_ends', 'cc_known_ends', 'cc_standing', 'cc_found', 'cc_renamed',
        'cc_added', 'cc_labels', 'cc_later_labels']) -%}
{%- endmacro %}
