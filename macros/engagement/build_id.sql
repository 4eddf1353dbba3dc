{#
    What a delivery day was built from: the load's fingerprint and the model's own code and settings.
    Rows carry it, so that an incremental model finds by itself the days it has to build again.

    Args:
        load_id: SQL of the load's fingerprint.
        settings: list of the vars that shape the rows.
#}
{% macro build_id(load_id, settings) -%}
    md5(concat({{ load_id }}, '|{{ local_md5((model.raw_code or "") ~ (settings | string)) }}'))
{%- endmacro %}
