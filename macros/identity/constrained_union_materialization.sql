{#
    Materialization `constrained_union`: the model's select gives edges and pairs to keep apart
    (macros/identity/constrained_union.sql); the table holds every edge with its verdict.
#}
{% materialization constrained_union, default %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- set judged = constrained_union(sql) -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is not none -%}{%- do adapter.drop_relation(existing) -%}{%- endif -%}
    {% call statement('main') -%}
        {{ create_table_as(False, target_relation,
            'select base.edge_key, base.token_a, base.token_b, base.record_group, judged.is_kept, judged.rule, '
            ~ 'judged.cluster_a, judged.cluster_b from (' ~ judged ~ ') as judged '
            ~ 'inner join cu_base as base on judged.edge_key = base.edge_key') }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() if adapter.type() == 'duckdb' -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
