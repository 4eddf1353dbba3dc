{#
    Names of the views a model reads, directly or through other views: the code that shapes its rows
    besides its own. Empty while parsing and in unit tests.

    Args:
        unique_id: the model, as in graph.nodes.
#}
{% macro upstream_views(unique_id) -%}
    {%- set views = [] -%}
    {%- set nodes = graph.get('nodes', {}) if execute else {} -%}
    {%- for parent_id in nodes.get(unique_id, {}).get('depends_on', {}).get('nodes', []) -%}
        {%- set parent = nodes.get(parent_id, {}) -%}
        {%- if parent.get('resource_type') == 'model' and parent.config.materialized == 'view' -%}
            {%- do views.append(parent.relation_name) -%}
            {%- do views.extend(upstream_views(parent_id)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(views | unique | list) }}
{%- endmacro %}
