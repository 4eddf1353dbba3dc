{#
    The channels of var reach_channels with the channels of consent that speak for each, as the rows
    of a `values` list: (channel, consent_channel), `all` included.
#}
{% macro reach_consent_channels() -%}
    {%- set rows = [] -%}
    {%- for channel, settings in var('reach_channels').items() -%}
        {%- for consent_channel in settings.consent_channels + ['all'] -%}
            {%- do rows.append("('" ~ channel ~ "', '" ~ consent_channel ~ "')") -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(rows | join(', ')) }}
{%- endmacro %}
