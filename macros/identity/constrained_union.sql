{#
    Which edges of a graph may join their ends, strongest first, when clusters have limits.

    The same verdicts as taking the edges one by one in the order of sort_key and joining the two
    clusters of an edge unless that breaks a rule (Kruskal's algorithm with a veto). Here every
    round judges all edges that are the strongest open one of both their clusters: no stronger edge
    can still change either cluster, so the verdict is final, and the strongest edge of all is
    always among them, so every round ends nearer. Set-based, the same SQL on every engine, and it
    depends on nothing but the edges.

    An edge is refused if the union would hold more values of a limit_key than allowed and both
    sides bring one (rule `max_values:<limit_key>`; an edge with is_forced is exempt), or if a pair
    of kind `cannot` would come together (rule `cannot_link`).

    Args:
        edges: select with kind (edge, cannot), edge_key, sort_key (unique among edges), token_a, token_b,
            limit_key_a, max_values_a, limit_key_b, max_values_b, is_forced.
    Returns: a select (edge_key, is_kept, rule, cluster_a, cluster_b) over scratch tables, one row per
        edge; clusters are named by their smallest token as they were when the edge was judged.
#}
{% macro constrained_union(edges) -%}
    {%- do create_scratch_table('cu_base', edges) -%}
    {%- do create_scratch_table('cu_cannot', "select token_a, token_b from cu_base where kind = 'cannot'") -%}
    {%- do create_scratch_table('cu_tokens_0',
        'select token, token as cluster, min(limit_key) as limit_key, min(max_values) as max_values from ('
        ~ 'select token_a as token, limit_key_a as limit_key, max_values_a as max_values from cu_base '
        ~ "where kind = 'edge' union all "
        ~ "select token_b, limit_key_b, max_values_b from cu_base where kind = 'edge') as ends group by token") -%}
    {%- do create_scratch_table('cu_edges_0',
        'select edge_key, sort_key, is_forced, token_a as cluster_a, token_b as cluster_b, '
        ~ "case when token_a = token_b then 'kept' end as verdict from cu_base where kind = 'edge'") -%}
    {%- set state = namespace(round_no=0, left=_cu_open('cu_edges_0')) -%}
    {%- for round_no in range(1, 100000) if state.left > 0 -%}
        {%- set last = round_no - 1 -%}
        {%- do create_scratch_table('cu_judged_' ~ round_no, _cu_judged('cu_edges_' ~ last, 'cu_tokens_' ~ last)) -%}
        {%- do create_scratch_table('cu_tokens_' ~ round_no,
            'select tokens.token, coalesce(judged.cluster_kept, tokens.cluster) as cluster, tokens.limit_key, '
            ~ 'tokens.max_values from cu_tokens_' ~ last ~ ' as tokens left join cu_judged_' ~ round_no
            ~ ' as judged on tokens.cluster = judged.cluster_gone and judged.rule is null') -%}
        {%- do create_scratch_table('cu_edges_' ~ round_no,
            _cu_moved('cu_edges_' ~ last, 'cu_judged_' ~ round_no)) -%}
        {%- do drop_scratch_tables(['cu_edges_' ~ last, 'cu_tokens_' ~ last, 'cu_judged_' ~ round_no]) -%}
        {%- set state.round_no = round_no -%}
        {%- set state.left = _cu_open('cu_edges_' ~ round_no) -%}
    {%- endfor -%}
    {{ return("select edge_key, verdict = 'kept' as is_kept, case when verdict <> 'kept' then verdict end as rule, "
        ~ 'cluster_a, cluster_b from cu_edges_' ~ state.round_no) }}
{%- endmacro %}

{# Edges that are the strongest open one of both their clusters, with the rule that refuses them. #}
{% macro _cu_judged(edges, tokens) -%}
    {{ return(
        'with open_edges as (select * from ' ~ edges ~ ' where verdict is null), '
        ~ 'best as (select cluster, min(sort_key) as sort_key from ('
        ~ 'select cluster_a as cluster, sort_key from open_edges union all '
        ~ 'select cluster_b, sort_key from open_edges) as ends group by cluster), '
        ~ 'mutual as (select e.* from open_edges as e inner join best as a on e.cluster_a = a.cluster '
        ~ 'and e.sort_key = a.sort_key inner join best as b on e.cluster_b = b.cluster and e.sort_key = b.sort_key), '
        ~ 'counts as (select cluster, limit_key, count(*) as n, min(max_values) as max_values from ' ~ tokens
        ~ ' where limit_key is not null group by cluster, limit_key), '
        ~ 'over_limit as (select m.edge_key, min(a.limit_key) as limit_key from mutual as m '
        ~ 'inner join counts as a on m.cluster_a = a.cluster inner join counts as b on m.cluster_b = b.cluster '
        ~ 'and a.limit_key = b.limit_key where a.n + b.n > a.max_values and not m.is_forced group by m.edge_key), '
        ~ 'apart as (select distinct a.cluster as cluster_a, b.cluster as cluster_b from cu_cannot as c '
        ~ 'inner join ' ~ tokens ~ ' as a on c.token_a = a.token inner join ' ~ tokens ~ ' as b on c.token_b = b.token) '
        ~ 'select m.edge_key, least(m.cluster_a, m.cluster_b) as cluster_kept, '
        ~ 'greatest(m.cluster_a, m.cluster_b) as cluster_gone, '
        ~ "case when x.cluster_a is not null or y.cluster_a is not null then 'cannot_link' "
        ~ "when o.edge_key is not null then concat('max_values:', o.limit_key) end as rule "
        ~ 'from mutual as m left join over_limit as o on m.edge_key = o.edge_key '
        ~ 'left join apart as x on m.cluster_a = x.cluster_a and m.cluster_b = x.cluster_b '
        ~ 'left join apart as y on m.cluster_a = y.cluster_b and m.cluster_b = y.cluster_a') }}
{%- endmacro %}

{# Edges after a round: judged ones keep the clusters they were judged with, open ones move along. #}
{% macro _cu_moved(edges, judged) -%}
    {{ return(
        'with moved as (select e.edge_key, e.sort_key, e.is_forced, e.verdict, j.edge_key as judged_key, j.rule, '
        ~ 'e.cluster_a as old_a, e.cluster_b as old_b, coalesce(a.cluster_kept, e.cluster_a) as new_a, '
        ~ 'coalesce(b.cluster_kept, e.cluster_b) as new_b from ' ~ edges ~ ' as e '
        ~ 'left join ' ~ judged ~ ' as j on e.edge_key = j.edge_key '
        ~ 'left join ' ~ judged ~ ' as a on e.cluster_a = a.cluster_gone and a.rule is null '
        ~ 'left join ' ~ judged ~ ' as b on e.cluster_b = b.cluster_gone and b.rule is null) '
        ~ 'select edge_key, sort_key, is_forced, '
        ~ 'case when verdict is null and judged_key is null then new_a else old_a end as cluster_a, '
        ~ 'case when verdict is null and judged_key is null then new_b else old_b end as cluster_b, '
        ~ "case when verdict is not null then verdict when judged_key is not null then coalesce(rule, 'kept') "
        ~ "when new_a = new_b then 'kept' end as verdict from moved") }}
{%- endmacro %}

{% macro _cu_open(edges) -%}
    {{ return(run_query('select count(*) from ' ~ edges ~ ' where verdict is null').rows[0][0] | int) }}
{%- endmacro %}

{# `dbt run-operation judged_into`: verdicts over the edges of any table. For tests. #}
{% macro judged_into(edges_table, into) -%}
    {%- set judged = constrained_union('select * from ' ~ edges_table) -%}
    {%- do run_query('drop table if exists ' ~ into) -%}
    {%- do run_query('create table ' ~ into ~ ' as ' ~ judged) -%}
{%- endmacro %}
