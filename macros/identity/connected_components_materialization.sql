{#
    Materialization `connected_components`: the model's select gives pairs (token_a, token_b);
    the table holds (identifier_token, component_key). Runs on every adapter.
#}
{% materialization connected_components, default %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- set components = connected_components(sql) -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is not none -%}{%- do adapter.drop_relation(existing) -%}{%- endif -%}
    {% call statement('main') -%}
        {{ create_table_as(False, target_relation, components) }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() if adapter.type() == 'duckdb' -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
