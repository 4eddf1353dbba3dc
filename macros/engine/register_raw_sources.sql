{#
    Make every source a relation (raw_<channel>.<entity>) over the Parquet the raw load wrote.

    Runs before every dbt command that builds or tests. An entity without loaded files gets an
    empty relation with the columns of its contract, so silent channels need no special case.
    Sources of meta is_published are declared for the docs alone and get none.
    DuckDB: views over read_parquet. Spark: views over the Parquet path.
#}
{% macro register_raw_sources() -%}
    {% if execute %}
        {%- set root = env_var('YUTANG_HOME', 'data') ~ '/raw/' -%}
        {%- set schemas = [] -%}
        {% for source in raw_sources() %}
            {%- if source.schema not in schemas -%}
                {%- do schemas.append(source.schema) -%}
                {%- do run_query('create schema if not exists ' ~ source.schema) -%}
            {%- endif -%}
            {%- set meta = source.config.meta or source.meta -%}
            {%- set location = meta.get('location', source.source_name ~ '/' ~ source.name ~ '/dt=*/*.parquet') -%}
            {%- do register_raw_source(source, root ~ location, meta.get('partitioned', true)) -%}
        {% endfor %}
    {% endif %}
{%- endmacro %}

{# The sources that stand for files below raw/. #}
{% macro raw_sources() -%}
    {%- set found = [] -%}
    {%- for source in graph.sources.values() if not (source.config.meta or source.meta).get('is_published') -%}
        {%- do found.append(source) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{% macro register_raw_source(source, location, partitioned) -%}
    {{ return(adapter.dispatch('register_raw_source')(source, location, partitioned)) }}
{%- endmacro %}

{% macro duckdb__register_raw_source(source, location, partitioned) -%}
    {%- set relation = source.schema ~ '.' ~ source.name -%}
    {%- set found = run_query("select count(*) from glob('" ~ location ~ "')").rows[0][0] | int -%}
    {%- if found > 0 -%}
        {%- do run_query('create or replace view ' ~ relation ~ " as select * from read_parquet('" ~ location
            ~ "', hive_partitioning = " ~ partitioned ~ ", union_by_name = true)") -%}
    {%- else -%}
        {%- set columns = raw_columns(source, partitioned) -%}
        {%- set casts = [] -%}
        {%- for column in columns -%}
            {%- do casts.append('cast(null as ' ~ column[1] ~ ') as "' ~ column[0] ~ '"') -%}
        {%- endfor -%}
        {%- do run_query('create or replace view ' ~ relation ~ ' as select ' ~ casts | join(', ') ~ ' where false') -%}
    {%- endif -%}
{%- endmacro %}

{% macro spark__register_raw_source(source, location, partitioned) -%}
    {#- The loader keeps an empty placeholder file per entity, so every path exists. Spark finds the
        partitions of one folder only, so a location with a folder per entity is a union. -#}
    {%- set paths = [] -%}
    {%- if '/*/*/' in location -%}
        {%- for entity in raw_sources() if not (entity.config.meta or entity.meta).get('location') -%}
            {%- if has_identifiers(entity) or source.name != 'observations' -%}
                {%- do paths.append(location.split('/*/*/')[0] ~ '/' ~ entity.source_name ~ '/' ~ entity.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- else -%}
        {%- do paths.append(location.split('/dt=')[0]) -%}
    {%- endif -%}
    {%- set names = [] -%}
    {%- for column in raw_columns(source, partitioned) -%}{%- do names.append('`' ~ column[0] ~ '`') -%}{%- endfor -%}
    {%- set selects = [] -%}
    {%- for path in paths | sort -%}
        {%- do selects.append('select ' ~ names | join(', ') ~ ' from parquet.`' ~ path ~ '`') -%}
    {%- endfor -%}
    {%- do run_query('create or replace view ' ~ source.schema ~ '.' ~ source.name
        ~ ' as ' ~ selects | join(' union all ')) -%}
{%- endmacro %}

{# True if the contract of a source names an identifier, in a column or in the fields of one. #}
{% macro has_identifiers(source) -%}
    {%- for column in source.columns.values() -%}
        {%- set meta = (column.config.meta if column.config else none) or column.meta or {} -%}
        {%- if meta.get('identifier') -%}{{ return(true) }}{%- endif -%}
        {%- for field in meta.get('fields', []) -%}
            {%- if field.get('identifier') -%}{{ return(true) }}{%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(false) }}
{%- endmacro %}

{# (name, type) of every column of a raw relation: the contract's, a status per identifier, dt. #}
{% macro raw_columns(source, partitioned) -%}
    {%- set columns = [] -%}
    {%- for column in source.columns.values() -%}
        {%- set meta = (column.config.meta if column.config else none) or column.meta or {} -%}
        {%- do columns.append((column.name, 'varchar' if column.data_type in ('json', 'string') else column.data_type)) -%}
        {%- if meta.get('identifier') -%}
            {%- do columns.append((column.name ~ '_status', 'varchar')) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if partitioned -%}{%- do columns.append(('dt', 'date')) -%}{%- endif -%}
    {{ return(columns) }}
{%- endmacro %}
