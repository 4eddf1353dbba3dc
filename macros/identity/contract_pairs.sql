{#
    Iterated min-label contraction of pairs of numbers: the loop under connected_components.

    In every round each vertex takes its smallest smaller neighbour as label; both ends of every
    pair are replaced by their labels, pairs within one label drop out and the rest is kept once.
    A vertex without a smaller neighbour stays. The rounds repeat on the shrinking pairs until none
    is left (9 to 13 rounds, also for chains of thousands); the labels of the rounds after the first
    are then composed backwards. A vertex only ever takes a smaller label, so the last label of a
    component is its smallest number.

    Args:
        pairs_table: scratch table (greater_end, lesser_end) of numbers; it is dropped.
    Makes: scratch tables cc_labels (vertex, label) of the first round and cc_later_labels of all
        later ones, which labelled reads. A vertex in neither is the smallest of its component.
    Returns: how many different numbers the pairs have.
#}
{% macro contract_pairs(pairs_table) -%}
    {%- do create_scratch_table('cc_labels', _cc_smallest_neighbour(pairs_table)) -%}
    {%- set vertices = _cc_vertex_count(pairs_table) -%}
    {%- do create_scratch_table('cc_pairs_1', _cc_contracted(pairs_table, 'cc_labels')) -%}
    {%- do drop_scratch_tables([pairs_table]) -%}
    {%- set state = namespace(rounds=1, left=_cc_count('cc_pairs_1')) -%}
    {%- for round_no in range(2, 100) -%}
        {%- if state.left > 0 -%}
            {%- set before, labels, after = 'cc_pairs_' ~ (round_no - 1), 'cc_labels_' ~ round_no, 'cc_pairs_' ~ round_no -%}
            {%- do create_scratch_table(labels, _cc_smallest_neighbour(before)) -%}
            {%- do create_scratch_table(after, _cc_contracted(before, labels)) -%}
            {%- do drop_scratch_tables([before]) -%}
            {%- set state.rounds = round_no -%}
            {%- set state.left = _cc_count(after) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if state.left > 0 -%}
        {%- do exceptions.raise_compiler_error('connected components: after ' ~ state.rounds ~ ' rounds ' ~ state.left
            ~ ' pairs are left, which does not happen to digests; are the identifiers numbered texts?') -%}
    {%- endif -%}
    {%- do drop_scratch_tables(['cc_pairs_' ~ state.rounds]) -%}
    {%- if state.rounds == 1 -%}
        {%- do create_scratch_table('cc_later_labels', 'select vertex, label from cc_labels where label is null') -%}
    {%- endif -%}
    {%- for round_no in range(state.rounds, 1, -1) -%}
        {%- set labels, later = 'cc_labels_' ~ round_no, 'cc_composed_' ~ (round_no + 1) -%}
        {%- do create_scratch_table('cc_composed_' ~ round_no if round_no > 2 else 'cc_later_labels',
            _cc_composed(labels, later) if round_no < state.rounds else 'select vertex, label from ' ~ labels) -%}
        {%- do drop_scratch_tables([labels, later]) -%}
    {%- endfor -%}
    {{ return(vertices) }}
{%- endmacro %}

{#
    The rows of a relation with the smallest number of their component.

    Args:
        relation: a table, or a select in brackets.
        number: its column with a number that contract_pairs has seen, or not (then it is alone).
    Returns: a select of all columns of relation, and label.
#}
{% macro labelled(relation, number) -%}
    {{ return('select vertices.*, coalesce(later.label, early.label, vertices.' ~ number ~ ') as label from ' ~ relation
        ~ ' as vertices left join cc_labels as early on vertices.' ~ number ~ ' = early.vertex '
        ~ 'left join cc_later_labels as later on coalesce(early.label, vertices.' ~ number ~ ') = later.vertex') }}
{%- endmacro %}

{% macro _cc_smallest_neighbour(pairs) -%}
    {{ return('select greater_end as vertex, min(lesser_end) as label from ' ~ pairs ~ ' group by greater_end') }}
{%- endmacro %}

{# Pairs with both ends replaced by their label, without self-pairs, once as (greater, lesser). #}
{% macro _cc_contracted(pairs, labels) -%}
    {{ return('select distinct greatest(label_a, label_b) as greater_end, least(label_a, label_b) as lesser_end '
        ~ 'from (select a.label as label_a, coalesce(b.label, pairs.lesser_end) as label_b '
        ~ 'from ' ~ pairs ~ ' as pairs inner join ' ~ labels ~ ' as a on pairs.greater_end = a.vertex '
        ~ 'left join ' ~ labels ~ ' as b on pairs.lesser_end = b.vertex) as relabelled where label_a <> label_b') }}
{%- endmacro %}

{# A vertex that kept its label in one round may change it in a later one: those join at the end. #}
{% macro _cc_composed(labels, later) -%}
    {{ return('select labels.vertex, coalesce(later.label, labels.label) as label from ' ~ labels
        ~ ' as labels left join ' ~ later ~ ' as later on labels.label = later.vertex'
        ~ ' union all select later.vertex, later.label from ' ~ later ~ ' as later left join ' ~ labels
        ~ ' as labels on later.vertex = labels.vertex where labels.vertex is null') }}
{%- endmacro %}

{# The greater ends, one label each, and the lesser ends that are never a greater one. #}
{% macro _cc_vertex_count(pairs) -%}
    {{ return(run_query('select (select count(vertex) from cc_labels) + count(distinct pairs.lesser_end) from ' ~ pairs
        ~ ' as pairs left join cc_labels as labels on pairs.lesser_end = labels.vertex where labels.vertex is null'
        ).rows[0][0] | int) }}
{%- endmacro %}

{% macro _cc_count(table) -%}
    {{ return(run_query('select count(*) from ' ~ table).rows[0][0] | int) }}
{%- endmacro %}
