{#
    Tables of DuckDB, replaced within one transaction: the statement that drops the old one creates
    the new one. dbt's own builds beside, renames twice and drops, each step a macro and a query of
    its own: a third of a model's time where the rows are few.
#}
{% materialization table, adapter='duckdb', supported_languages=['sql'] %}

    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% call statement('main') -%}
        {{ drop_in_place(existing) }}
        {{ create_table_as(False, target, compiled_code, 'sql') }}
    {%- endcall %}

    {% do persist_docs(target, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target]}) }}

{% endmaterialization %}
