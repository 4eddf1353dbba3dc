{#
    Connected components of a list of pairs of tokens.

    Every token counts as the number that its first 16 hex digits are (digest_number), so all the
    work is done on numbers and the texts are read twice: to make the numbers, and to write each
    token once beside its component. First, every token_a and what it is paired with is a star, named
    by its smallest member. Then the tokens that stand in several stars link these, and the links
    alone, few in real data, go through the rounds of contract_pairs.
    A component is named by the first 16 digits of its smallest token: the same on every engine and
    for every row order.

    Args:
        pairs: select with columns token_a, token_b (64 hex digits, not null); a token with itself is
            a vertex. It is evaluated twice, so it should read a table. Any direction is right; it is
            fast if what stands in many pairs is token_a.
    Returns: a select (identifier_token, component_key), one row per token, over scratch tables; after
        it was written to a relation, check_components must look at that relation.
#}
{% macro connected_components(pairs) -%}
    {%- set numbered = '(select token_a, token_b, ' ~ digest_number('token_a') ~ ' as number_a from (' ~ pairs ~ ') as pairs)' -%}
    {%- do create_scratch_table('cc_numbers', 'select number_a, ' ~ digest_number('token_b')
        ~ ' as number_b from ' ~ numbered ~ ' as numbered') -%}
    {%- do raise_if_not_digests(_cc_count('cc_numbers where number_a is null or number_b is null')) -%}
    {%- do create_scratch_table('cc_stars', 'select number_a as centre, least(number_a, min(number_b)) as star '
        ~ 'from cc_numbers group by number_a') -%}
    {%- do create_scratch_table('cc_repeated', 'select number_b as leaf, count(*) as times from cc_numbers '
        ~ 'group by number_b having count(*) > 1') -%}
    {%- do create_scratch_table('cc_leaf_centres', 'select numbers.number_b as leaf, numbers.number_a, stars.star '
        ~ 'from cc_numbers as numbers inner join cc_stars as stars on numbers.number_b = stars.centre') -%}
    {%- do create_scratch_table('cc_vertex_count', 'select (select count(*) from cc_stars) + (select count(*) from cc_numbers)'
        ~ ' - (select coalesce(sum(times - 1), 0) from cc_repeated)'
        ~ ' - (select count(distinct leaf) from cc_leaf_centres) as vertex_count') -%}
    {%- do create_scratch_table('cc_pairs_0', _cc_links_between_stars()) -%}
    {%- do drop_scratch_tables(['cc_numbers', 'cc_repeated', 'cc_leaf_centres']) -%}
    {%- do contract_pairs('cc_pairs_0') -%}
    {%- do create_scratch_table('cc_centres', labelled('cc_stars', 'star')) -%}
    {%- do drop_scratch_tables(['cc_stars', 'cc_labels', 'cc_later_labels']) -%}
    {{ return('select identifier_token, ' ~ digest_prefix('label') ~ ' as component_key from ('
        ~ 'select identifier_token, min(label) as label from ('
        ~ 'select ' ~ explode_values('token_a, token_b') ~ ' as identifier_token, centres.label from ' ~ numbered
        ~ ' as numbered inner join cc_centres as centres on numbered.number_a = centres.centre'
        ~ ') as ends group by identifier_token) as found') }}
{%- endmacro %}

{# A centre may be a leaf of another star; a leaf of several stars links all to the smallest. #}
{% macro _cc_links_between_stars() -%}
    {{ return('select distinct greatest(star_a, star_b) as greater_end, least(star_a, star_b) as lesser_end from ('
        ~ 'select leaves.star as star_a, stars.star as star_b from cc_leaf_centres as leaves '
        ~ 'inner join cc_stars as stars on leaves.number_a = stars.centre '
        ~ 'union all select stars.star, min(stars.star) over (partition by numbers.number_b) from cc_numbers as numbers '
        ~ 'inner join cc_repeated as repeated on numbers.number_b = repeated.leaf '
        ~ 'inner join cc_stars as stars on numbers.number_a = stars.centre) as links where star_a <> star_b') }}
{%- endmacro %}

{#
    Stop unless the relation that connected_components filled has one row per number, and clean up.

    Errors: two tokens that start with the same 16 digits (probability below 2e-5 at 24 million
        tokens, 1e-4 at 60 million).
#}
{% macro check_components(relation) -%}
    {%- set tokens = _cc_count(relation) -%}
    {%- set numbers = run_query('select vertex_count from cc_vertex_count').rows[0][0] | int -%}
    {%- do drop_scratch_tables(['cc_centres', 'cc_vertex_count']) -%}
    {%- do raise_if_not_digests(tokens - numbers) -%}
{%- endmacro %}

{% macro raise_if_not_digests(failures) -%}
    {%- if failures != 0 -%}
        {%- do exceptions.raise_compiler_error('connected components: ' ~ failures ~ ' identifiers have no number of '
            ~ 'their own; identifiers must be digests of 64 hex digits, and two that start with the same 16 '
            ~ 'digits cannot be told apart: block one of them and rerun') -%}
    {%- endif -%}
{%- endmacro %}
