{#
    Removal effects of a Markov chain of order 1, solved exactly.

    With Q the transitions between nodes, r those to `(conversion)`, p those from `(start)` and
    N = (I - Q)^-1: the chance to convert is p N r, to ever reach node c is (p N)_c / N_cc, and to
    convert from c is (N r)_c. Removing c loses exactly the journeys that reach c and convert from
    there, so its removal effect is reach x convert / (p N r). One inverse serves all nodes.
    N is found by Gauss-Jordan elimination without pivoting: I - Q is an M-matrix, for which that is
    stable. It runs here, in double precision, because the matrix is tiny once SQL has counted, the
    same on every engine, to the last bit, where a loop of statements is neither fast nor equal.

    Args:
        transitions: rows (from_node, to_node, transition_count), one per pair, counts above 0. Every
            node must lead to `(conversion)` or `(null)` in the end, as counts of whole paths do.
    Returns a list of [node, reach, convert, removal_effect], nodes in alphabetical order. Repeats of
    a node (a, a) change nothing. Without any conversion all effects are 0.
#}
{% macro markov_effects(transitions) -%}
    {%- set out_of = {} -%}
    {%- set totals = {} -%}
    {%- for from_node, to_node, count in transitions -%}
        {%- do out_of.setdefault(from_node, {}).update({to_node: count | int}) -%}
        {%- do totals.update({from_node: totals.get(from_node, 0) + count | int}) -%}
    {%- endfor -%}
    {%- set nodes = out_of.keys() | reject('equalto', '(start)') | sort(case_sensitive=true) -%}
    {%- set rows = {} -%}
    {%- for node in nodes -%}
        {%- set row = [] -%}
        {%- for other in nodes -%}
            {%- do row.append((1.0 if node == other else 0.0) - out_of[node].get(other, 0) / totals[node]) -%}
        {%- endfor -%}
        {%- do rows.update({loop.index0: row}) -%}
    {%- endfor -%}
    {%- for k in range(nodes | length) -%}
        {%- do invert_column(rows, k) -%}
    {%- endfor -%}
    {{ return(_effects_of(nodes, rows, out_of, totals)) }}
{%- endmacro %}

{# One step of a Gauss-Jordan inversion in place: `rows` maps row numbers to lists of numbers. #}
{% macro invert_column(rows, k) -%}
    {%- set scale = 1.0 / rows[k][k] -%}
    {%- set pivot = [] -%}
    {%- for value in rows[k] -%}
        {%- do pivot.append(scale if loop.index0 == k else value * scale) -%}
    {%- endfor -%}
    {%- do rows.update({k: pivot}) -%}
    {%- for i, row in rows.items() | list if i != k and row[k] != 0 -%}
        {%- set factor = row[k] -%}
        {%- set changed = [] -%}
        {%- for value, step in zip(row, pivot) -%}
            {%- do changed.append((0.0 if loop.index0 == k else value) - factor * step) -%}
        {%- endfor -%}
        {%- do rows.update({i: changed}) -%}
    {%- endfor -%}
{%- endmacro %}

{% macro _effects_of(nodes, inverse, out_of, totals) -%}
    {%- set converts = [] -%}
    {%- set found = namespace(total=0.0, value=0.0) -%}
    {%- for i in range(nodes | length) -%}
        {%- set found.value = 0.0 -%}
        {%- for node in nodes -%}
            {%- set found.value = found.value
                + inverse[i][loop.index0] * out_of[node].get('(conversion)', 0) / totals[node] -%}
        {%- endfor -%}
        {%- do converts.append(found.value) -%}
    {%- endfor -%}
    {%- set reaches = [] -%}
    {%- for c in range(nodes | length) -%}
        {%- set found.value = 0.0 -%}
        {%- for node in nodes -%}
            {%- set found.value = found.value
                + out_of['(start)'].get(node, 0) / totals['(start)'] * inverse[loop.index0][c] -%}
        {%- endfor -%}
        {%- do reaches.append(found.value / inverse[c][c]) -%}
        {%- set found.total = found.total
            + out_of['(start)'].get(nodes[c], 0) / totals['(start)'] * converts[c] -%}
    {%- endfor -%}
    {%- set effects = [] -%}
    {%- for node in nodes -%}
        {%- set lost = reaches[loop.index0] * converts[loop.index0] -%}
        {%- do effects.append([node, reaches[loop.index0], converts[loop.index0],
            lost / found.total if found.total > 0 else 0.0]) -%}
    {%- endfor -%}
    {{ return(effects) }}
{%- endmacro %}

{#
    SQL that counts the transitions of paths for markov_effects.

    Args:
        steps: SQL of a relation (path_id, step_no, node, converted_count, other_count), one row per
            step; the counts say on each of its steps how many alike paths the path stands for, with
            and without a conversion at their end.
#}
{% macro transitions_counted(steps) -%}
    with

    steps as (

        {{ steps }}

    ),

    neighbours as (

        select
            node,
            converted_count,
            other_count,
            coalesce(lag(node) over (partition by path_id order by step_no), '(start)')
                as node_before,
            lead(node) over (partition by path_id order by step_no) is null as is_last

        from steps

    ),

    counted as (

        select
            node_before,
            node,
            is_last,
            sum(converted_count) as converted_count,
            sum(other_count) as other_count

        from neighbours

        group by node_before, node, is_last

    ),

    transitions as (

        select
            node_before as from_node,
            node as to_node,
            converted_count + other_count as transition_count

        from counted

        union all

        select
            node as from_node,
            '(conversion)' as to_node,
            converted_count as transition_count

        from counted

        where is_last

        union all

        select
            node as from_node,
            '(null)' as to_node,
            other_count as transition_count

        from counted

        where is_last

    )

    select
        from_node,
        to_node,
        sum(transition_count) as transition_count

    from transitions

    where transition_count > 0

    group by from_node, to_node
{%- endmacro %}

{#
    The effects as a complete select (node, reach_ratio, conversion_ratio, removal_effect), nine
    decimals; of no rows while parsing and where nothing is counted.

    Args:
        steps: as in transitions_counted; its tables must have been built.
#}
{% macro markov_effects_select(steps, is_ready=true) -%}
    {%- set effects = [] -%}
    {%- if execute and is_ready -%}
        {%- set counted = run_query(transitions_counted(steps)).rows | map('list') | list -%}
        {%- if counted -%}{%- set effects = markov_effects(counted) -%}{%- endif -%}
    {%- endif -%}
    {%- for node, reach, convert, effect in effects %}
    select
        '{{ node | replace("'", "''") }}' as node,
        cast({{ '%.9f' | format(reach) }} as decimal(18, 9)) as reach_ratio,
        cast({{ '%.9f' | format(convert) }} as decimal(18, 9)) as conversion_ratio,
        cast({{ '%.17e' | format(effect) }} as double) as removal_effect
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- if not effects %}
    select
        cast(null as string) as node,
        cast(null as decimal(18, 9)) as reach_ratio,
        cast(null as decimal(18, 9)) as conversion_ratio,
        cast(null as double) as removal_effect

    where false
    {%- endif %}
{%- endmacro %}

{#
    `dbt run-operation markov_effects_into --args '{tables: {steps_a: effects_a, ...}}'`: removal effects
    of any tables of steps, by the macro the reports use. For tests and benchmarks.
#}
{% macro markov_effects_into(tables) -%}
    {%- for steps_table, into in tables.items() -%}
        {%- set effects = markov_effects_select('select * from ' ~ steps_table) -%}
        {%- do run_query('drop table if exists ' ~ into) -%}
        {%- do run_query('create table ' ~ into ~ ' as ' ~ effects) -%}
    {%- endfor -%}
    {%- do adapter.commit() if adapter.type() == 'duckdb' -%}
{%- endmacro %}
