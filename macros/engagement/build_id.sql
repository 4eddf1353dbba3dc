{#
    What a delivery day was built from: the load's fingerprint, the model's own code and settings,
    and the SQL of the views it reads. Rows carry it, so that an incremental model finds by itself
    the days it has to build again.

    Args:
        load_id: SQL of the load's fingerprint.
        settings: list of the vars that shape the rows.
#}
{% macro build_id(load_id, settings) -%}
    {#- The as-of day only says how far to read; another one is no reason to build a day again. -#}
    {%- set definitions = view_definitions(upstream_views(model.unique_id)) -%}
    {%- if var('as_of_date', '') -%}
        {%- set definitions = definitions.replace(var('as_of_date'), '') -%}
    {%- endif -%}
    {%- set code = (model.raw_code or '') ~ (settings | string) ~ definitions -%}
    md5(concat({{ load_id }}, '|{{ local_md5(code) }}'))
{%- endmacro %}
