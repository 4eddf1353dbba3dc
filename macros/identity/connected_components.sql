{#
    Connected components of a list of pairs of tokens.

    Every token counts as the number that its first 16 hex digits are (digest_number), so all the
    work is done on numbers and the texts are read twice: to make the numbers, and to write each
    token once beside its component. First, every token_a and what it is paired with is a star, named
    by its smallest member. Then the tokens that stand in several stars link these, and the links
    alone, few in real data, go through the rounds of contract_pairs.
    At the end every token is written by one pair that was chosen for it, found by the token's hash,
    instead of grouping the texts: a token_b in a single pair by that pair, a token_a by the pair
    with the smallest hash beside it, a token_b of several pairs by the smallest token_a's hash.
    Only if such a pair is given twice must the texts be grouped.
    A component is named by the first 16 digits of its smallest token: the same on every engine and
    for every row order.

    Args:
        pairs: select with columns token_a, token_b (64 hex digits, not null); a token with itself is
            a vertex. It is evaluated twice, so it should read a table. Any direction is right; it is
            fast if what stands in many pairs is token_a, and no pair is given twice.
    Returns: a select (identifier_token, component_key), one row per token, over scratch tables; after
        it was written to a relation, check_components must look at that relation.
#}
{% macro connected_components(pairs) -%}
    {%- set hashed = '(select token_a, token_b, ' ~ text_hash('token_a') ~ ' as hash_a, ' ~ text_hash('token_b')
        ~ ' as hash_b from (' ~ pairs ~ ') as pairs)' -%}
    {%- do create_scratch_table('cc_numbers', 'select ' ~ digest_number('token_a') ~ ' as number_a, '
        ~ digest_number('token_b') ~ ' as number_b, hash_a, hash_b from ' ~ hashed ~ ' as hashed') -%}
    {%- do raise_if_not_digests(_cc_count('cc_numbers where number_a is null or number_b is null')) -%}
    {%- do create_scratch_table('cc_stars', 'select number_a as centre, least(number_a, min(number_b)) as star, '
        ~ 'min(hash_a) as hash, max(hash_a) as other_hash, min(hash_b) as chosen_hash from cc_numbers group by number_a') -%}
    {%- do create_scratch_table('cc_repeated', 'select number_b as leaf, count(*) as times from cc_numbers '
        ~ 'group by number_b having count(*) > 1') -%}
    {%- do create_scratch_table('cc_leaf_centres', 'select numbers.number_b as leaf, numbers.number_a, stars.star, '
        ~ 'numbers.hash_b as hash, stars.hash as other_hash '
        ~ 'from cc_numbers as numbers inner join cc_stars as stars on numbers.number_b = stars.centre') -%}
    {%- do create_scratch_table('cc_repeated_pairs', 'select numbers.number_b as leaf, numbers.number_a, numbers.hash_a, '
        ~ 'numbers.hash_b, stars.star, stars.chosen_hash from cc_numbers as numbers inner join cc_repeated as repeated '
        ~ 'on numbers.number_b = repeated.leaf inner join cc_stars as stars on numbers.number_a = stars.centre') -%}
    {%- do create_scratch_table('cc_shared', _cc_shared_leaves()) -%}
    {%- do raise_if_not_digests(_cc_count('(select hash, other_hash from cc_stars union all select hash, other_hash '
        ~ 'from cc_leaf_centres union all select hash, other_hash from cc_shared) as found where hash <> other_hash')) -%}
    {%- do create_scratch_table('cc_vertex_count', 'select (select count(*) from cc_stars) + (select count(*) from cc_numbers)'
        ~ ' - (select coalesce(sum(times - 1), 0) from cc_repeated)'
        ~ ' - (select count(distinct leaf) from cc_leaf_centres) as vertex_count') -%}
    {%- set written_twice = _cc_count(_cc_pairs_given_twice()) > 0 -%}
    {%- do create_scratch_table('cc_pairs_0', _cc_links_between_stars()) -%}
    {%- do drop_scratch_tables(['cc_numbers', 'cc_repeated', 'cc_leaf_centres', 'cc_repeated_pairs']) -%}
    {%- do contract_pairs('cc_pairs_0') -%}
    {%- do create_scratch_table('cc_centres', labelled('(select hash, chosen_hash, star from cc_stars)', 'star')) -%}
    {%- do drop_scratch_tables(['cc_stars', 'cc_labels', 'cc_later_labels']) -%}
    {%- set chosen = 'select ' ~ explode_values('case when hashed.hash_b = centres.chosen_hash then hashed.token_a end, '
        ~ 'case when shared.hash is null or shared.chosen_hash = hashed.hash_a then hashed.token_b end')
        ~ ' as identifier_token, centres.label from ' ~ hashed
        ~ ' as hashed inner join cc_centres as centres on hashed.hash_a = centres.hash '
        ~ 'left join cc_shared as shared on hashed.hash_b = shared.hash' -%}
    {%- set once = 'select identifier_token, label from (' ~ chosen ~ ') as chosen where identifier_token is not null' -%}
    {%- if written_twice -%}
        {%- set once = 'select identifier_token, min(label) as label from (' ~ once ~ ') as chosen group by identifier_token' -%}
    {%- endif -%}
    {{ return('select identifier_token, ' ~ digest_prefix('label') ~ ' as component_key from (' ~ once ~ ') as found') }}
{%- endmacro %}

{#
    The token_b that not every one of their pairs may write: of a leaf of several stars the pair with
    the smallest hash of token_a does, of a leaf that is a centre none, for its own star does.
#}
{% macro _cc_shared_leaves() -%}
    {{ return('select hash, max(other_hash) as other_hash, nullif(max(hash), max(hash)) as chosen_hash '
        ~ 'from cc_leaf_centres group by hash '
        ~ 'union all select min(pairs.hash_b), max(pairs.hash_b), min(pairs.hash_a) from cc_repeated_pairs as pairs '
        ~ 'left join (select distinct leaf from cc_leaf_centres) as centres on pairs.leaf = centres.leaf '
        ~ 'where centres.leaf is null group by pairs.leaf') }}
{%- endmacro %}

{# Pairs that write a token and were given twice: all pairs given twice are pairs of a repeated leaf. #}
{% macro _cc_pairs_given_twice() -%}
    {{ return('(select pairs.number_a, pairs.leaf from cc_repeated_pairs as pairs '
        ~ 'left join cc_shared as shared on pairs.hash_b = shared.hash '
        ~ 'where pairs.hash_b = pairs.chosen_hash or pairs.hash_a = shared.chosen_hash '
        ~ 'group by pairs.number_a, pairs.leaf having count(*) > 1) as found') }}
{%- endmacro %}

{# A centre may be a leaf of another star; a leaf of several stars links all to the smallest. #}
{% macro _cc_links_between_stars() -%}
    {{ return('select distinct greatest(star_a, star_b) as greater_end, least(star_a, star_b) as lesser_end from ('
        ~ 'select leaves.star as star_a, stars.star as star_b from cc_leaf_centres as leaves '
        ~ 'inner join cc_stars as stars on leaves.number_a = stars.centre '
        ~ 'union all select star, min(star) over (partition by leaf) from cc_repeated_pairs'
        ~ ') as links where star_a <> star_b') }}
{%- endmacro %}

{#
    Stop unless the relation that connected_components filled has one row per number, and clean up.

    Errors: two tokens that start with the same 16 digits (probability below 2e-5 at 24 million
        tokens, 1e-4 at 60 million).
#}
{% macro check_components(relation) -%}
    {%- set tokens = _cc_count(relation) -%}
    {%- set numbers = run_query('select vertex_count from cc_vertex_count').rows[0][0] | int -%}
    {%- do drop_scratch_tables(['cc_centres', 'cc_shared', 'cc_vertex_count']) -%}
    {%- do raise_if_not_digests(tokens - numbers) -%}
{%- endmacro %}

{% macro raise_if_not_digests(failures) -%}
    {%- if failures != 0 -%}
        {%- do exceptions.raise_compiler_error('connected components: ' ~ failures ~ ' identifiers have no number of '
            ~ 'their own; identifiers must be digests of 64 hex digits, and two that start with the same 16 '
            ~ 'digits cannot be told apart: block one of them and rerun') -%}
    {%- endif -%}
{%- endmacro %}
