{#
    The declarations of macros/profile/tag_declarations.sql as a list of mappings, checked.
    Raises a compile error that names the tag for a missing key, a tag declared twice, an unknown
    window or value type.
#}
{% macro tag_definitions() -%}
    {%- set required = [
        'tag', 'value_type', 'name_en', 'name_zh', 'owner', 'definition_en', 'definition_zh', 'window',
        'valid_from', 'fresh_as'
    ] -%}
    {%- set seen = [] -%}
    {%- set tags = fromyaml(tag_declarations()) -%}
    {%- for tag in tags -%}
        {%- for key in required if not tag.get(key) -%}
            {{ exceptions.raise_compiler_error("tag " ~ tag.get('tag', loop.index) ~ ": " ~ key ~ " is missing") }}
        {%- endfor -%}
        {%- if tag.tag in seen -%}
            {{ exceptions.raise_compiler_error("tag " ~ tag.tag ~ " is declared twice") }}
        {%- endif -%}
        {%- if tag.value_type not in ['text', 'number', 'boolean', 'date'] -%}
            {{ exceptions.raise_compiler_error("tag " ~ tag.tag ~ ": value_type " ~ tag.value_type ~ " is none of text, number, boolean, date") }}
        {%- endif -%}
        {%- if tag.window not in ['none', 'standing', 'history', 'rolling'] -%}
            {{ exceptions.raise_compiler_error("tag " ~ tag.tag ~ ": window " ~ tag.window ~ " is none of none, standing, history, rolling") }}
        {%- endif -%}
        {%- do seen.append(tag.tag) -%}
    {%- endfor -%}
    {{ return(tags) }}
{%- endmacro %}
