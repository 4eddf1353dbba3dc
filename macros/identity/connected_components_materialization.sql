{#
    Materialization `connected_components`: the model's select gives pairs (token_a, token_b), and
    the table holds (identifier_token, component_key). Runs on every adapter.

    Config `first_day`: name of a column of the select with the day a pair was first delivered. With
    it only the pairs of newer days are worked in, as long as the pairs of all days before are the
    same as in the run before: their count and checksum per day are kept in `<model>__days`. If a
    pair went away (blocked values, a corrected file), came late, or the table is not as it was left,
    and with --full-refresh, all is found anew. Both ways give the same rows.
    Config `pair_number`, beside it: name of a column with a 64-bit number of the pair, made of both
    tokens where the pair is made (text_hash, digest_number). The checksum then reads 8 bytes of a
    pair instead of 128, which are most of what an update reads. It must change with the pair.
    The select is evaluated up to three times, so it should read a table.
#}
{% materialization connected_components, default %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set first_day = config.get('first_day') -%}
    {%- set days = this.incorporate(path={'identifier': this.identifier ~ '__days'}, type='table') -%}
    {%- set known_until = none -%}
    {{ run_hooks(pre_hooks) }}
    {%- if first_day -%}
        {%- do create_scratch_table('cc_days', _cc_days(sql, first_day, config.get('pair_number', 'token_a, token_b'))) -%}
        {%- if existing is not none and existing.is_table and not should_full_refresh() -%}
            {%- set known_until = components_known_until(existing, days) -%}
        {%- endif -%}
    {%- endif -%}
    {%- do set_table_compression(false) -%}
    {%- if known_until is none -%}
        {%- do replace_components(target, existing, sql) -%}
    {%- else -%}
        {%- call statement('main') -%} select 1 as dbt_wants_a_main_statement {%- endcall -%}
        {%- do connected_components_update(target, 'select token_a, token_b from (' ~ sql ~ ') as pairs where '
            ~ first_day ~ " > date '" ~ known_until ~ "'") -%}
    {%- endif -%}
    {%- if first_day -%}
        {%- do run_query('drop table if exists ' ~ days) -%}
        {% call statement('days') -%}
            {{ create_table_as(False, days, 'select first_day, pair_count, pair_checksum, '
                ~ '(select count(*) from ' ~ target ~ ') as identifier_count from cc_days') }}
        {%- endcall %}
        {%- do drop_scratch_tables(['cc_days']) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() if adapter.type() == 'duckdb' -%}
    {%- do set_table_compression(true) -%}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{# All components anew, written beside the old table, which goes when the new one is right. #}
{% macro replace_components(target, existing, sql) -%}
    {%- set components = connected_components(sql) -%}
    {%- set beside = target.incorporate(path={'identifier': target.identifier ~ '__new'}) -%}
    {%- do run_query('drop table if exists ' ~ beside) -%}
    {% call statement('main') -%}
        {{ create_table_as(False, beside, components) }}
    {%- endcall %}
    {%- do check_components(beside) -%}
    {%- if existing is not none -%}{%- do adapter.drop_relation(existing) -%}{%- endif -%}
    {%- do adapter.rename_relation(beside, target) -%}
{%- endmacro %}

{% macro _cc_days(sql, first_day, pair_number) -%}
    {{ return('select cast(' ~ first_day ~ ' as date) as first_day, count(*) as pair_count, '
        ~ rows_checksum(pair_number) ~ ' as pair_checksum from (' ~ sql ~ ') as pairs group by 1') }}
{%- endmacro %}

{#
    The newest day whose pairs are in the table, if the table can be built upon; else none.

    Args:
        components: the table of the run before.
        days: what that run noted; it may be missing.
    Errors: a pair without a first day.
#}
{% macro components_known_until(components, days) -%}
    {%- if run_query('select count(*) from cc_days where first_day is null').rows[0][0] > 0 -%}
        {%- do exceptions.raise_compiler_error('connected components: pairs without a first day; every pair must have '
            ~ 'one, or the config first_day must go') -%}
    {%- endif -%}
    {%- if adapter.get_relation(days.database, days.schema, days.identifier) is none -%}{{ return(none) }}{%- endif -%}
    {%- set newest = '(select max(first_day) from ' ~ days ~ ')' -%}
    {%- set found = run_query('select cast(' ~ newest ~ ' as string) as newest, '
        ~ '(select count(*) from ' ~ days ~ ' as noted full outer join cc_days as found on noted.first_day = found.first_day '
        ~ 'where coalesce(noted.first_day, found.first_day) <= ' ~ newest
        ~ ' and (noted.pair_count is distinct from found.pair_count or noted.pair_checksum is distinct from found.pair_checksum)'
        ~ ') as changed_days, '
        ~ '(select max(identifier_count) from ' ~ days ~ ') - (select count(*) from ' ~ components ~ ') as rows_missing'
        ).rows[0] -%}
    {%- if found[0] is none or found[1] != 0 or found[2] != 0 -%}
        {%- do log('connected components: found anew, as ' ~ found[1] ~ ' days known changed', info=false) -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return(found[0]) }}
{%- endmacro %}
