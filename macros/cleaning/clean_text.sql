{#
    Text with null sentinels and literal ad macros as null.
    Sentinels: '', null, none, undefined, unknown, (not set), \N; an ad platform that could not
    fill a macro sends its name (__CAMPAIGN_ID__).
#}
{% macro clean_text(column) -%}
    case
        when lower(trim({{ column }})) in ('', 'null', 'none', 'undefined', 'unknown', '(not set)', '\\n') then null
        when {{ regex_like('trim(' ~ column ~ ')', '^__[A-Z0-9_]+__$') }} then null
        else trim({{ column }})
    end
{%- endmacro %}
