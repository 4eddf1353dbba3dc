{#
    Connected components of a list of pairs, by iterated min-label contraction.

    Every identifier gets a 64-bit hash. Round 1 gives each vertex the smallest hash among itself
    and its neighbours; both ends of every pair are replaced by that label, self-pairs drop out and
    the rest is kept once as (greater, lesser). The round repeats on the shrinking pairs until none
    is left; then the labels are composed backwards (a vertex that kept its label in one round may
    change it in a later one, so each composed map carries the later map's other vertices). Hashes live only in scratch tables: the result
    names a component by its smallest token, the same on every engine and for every row order.

    Args:
        pairs: select with columns token_a, token_b (text, not null); a token with itself is a vertex.
    Returns: a select (identifier_token, component_key), one row per token, over scratch tables that
        live as long as the session (DuckDB) or until the next run (Spark).
    Errors: two tokens with one hash stop the run (probability below 1e-4 at 50 million tokens).
#}
{% macro connected_components(pairs) -%}
    {%- do create_scratch_table('cc_hashed',
        'select distinct token_a, token_b, ' ~ hash64('token_a') ~ ' as hash_a, '
        ~ hash64('token_b') ~ ' as hash_b from (' ~ pairs ~ ') as pairs') -%}
    {%- do create_scratch_table('cc_tokens',
        'select distinct identifier_token, vertex from ('
        ~ 'select token_a as identifier_token, hash_a as vertex from cc_hashed union all '
        ~ 'select token_b as identifier_token, hash_b as vertex from cc_hashed) as ends') -%}
    {%- do create_scratch_table('cc_labels_1',
        'select vertex, min(label) as label from ('
        ~ 'select hash_a as vertex, least(hash_a, hash_b) as label from cc_hashed union all '
        ~ 'select hash_b as vertex, least(hash_a, hash_b) as label from cc_hashed) as ends group by vertex') -%}
    {%- set token_count = _cc_count('cc_tokens') -%}
    {%- set hash_count = _cc_count('cc_labels_1') -%}
    {%- if token_count != hash_count -%}
        {%- do exceptions.raise_compiler_error('connected components: ' ~ token_count ~ ' identifiers but '
            ~ hash_count ~ ' hashes, two identifiers share a 64-bit hash; block one of them and rerun') -%}
    {%- endif -%}
    {%- do create_scratch_table('cc_pairs_1', _cc_contracted('cc_hashed', 'hash_a', 'hash_b', 'cc_labels_1')) -%}
    {%- set state = namespace(rounds=1, left=_cc_count('cc_pairs_1')) -%}
    {%- for round_no in range(2, 200) -%}
        {%- if state.left > 0 -%}
            {%- do create_scratch_table('cc_labels_' ~ round_no,
                'select greater_end as vertex, min(lesser_end) as label from cc_pairs_' ~ (round_no - 1)
                ~ ' group by greater_end') -%}
            {%- do create_scratch_table('cc_pairs_' ~ round_no,
                _cc_contracted('cc_pairs_' ~ (round_no - 1), 'greater_end', 'lesser_end', 'cc_labels_' ~ round_no)) -%}
            {%- set state.rounds = round_no -%}
            {%- set state.left = _cc_count('cc_pairs_' ~ round_no) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do create_scratch_table('cc_composed_' ~ state.rounds, 'select * from cc_labels_' ~ state.rounds) -%}
    {%- for round_no in range(state.rounds - 1, 0, -1) -%}
        {%- do create_scratch_table('cc_composed_' ~ round_no,
            'select labels.vertex, coalesce(later.label, labels.label) as label from cc_labels_' ~ round_no
            ~ ' as labels left join cc_composed_' ~ (round_no + 1) ~ ' as later on labels.label = later.vertex'
            ~ ' union all select later.vertex, later.label from cc_composed_' ~ (round_no + 1)
            ~ ' as later left join cc_labels_' ~ round_no ~ ' as labels on later.vertex = labels.vertex'
            ~ ' where labels.vertex is null') -%}
    {%- endfor -%}
    {%- do create_scratch_table('cc_members',
        'select tokens.identifier_token, composed.label from cc_tokens as tokens '
        ~ 'inner join cc_composed_1 as composed on tokens.vertex = composed.vertex') -%}
    {%- do return('select members.identifier_token, named.component_key from cc_members as members '
        ~ 'inner join (select label, min(identifier_token) as component_key from cc_members group by label) as named '
        ~ 'on members.label = named.label') -%}
{%- endmacro %}

{# Pairs with both ends replaced by their label, without self-pairs, once as (greater, lesser). #}
{% macro _cc_contracted(pairs, end_a, end_b, labels) -%}
    {{ return('select distinct greatest(label_a, label_b) as greater_end, least(label_a, label_b) as lesser_end '
        ~ 'from (select coalesce(a.label, pairs.' ~ end_a ~ ') as label_a, coalesce(b.label, pairs.' ~ end_b ~ ') as label_b '
        ~ 'from ' ~ pairs ~ ' as pairs left join ' ~ labels ~ ' as a on pairs.' ~ end_a ~ ' = a.vertex '
        ~ 'left join ' ~ labels ~ ' as b on pairs.' ~ end_b ~ ' = b.vertex) as relabelled where label_a <> label_b') }}
{%- endmacro %}

{% macro _cc_count(table) -%}
    {{ return(run_query('select count(*) from ' ~ table).rows[0][0] | int) }}
{%- endmacro %}
