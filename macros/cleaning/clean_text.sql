{#
    Text with null sentinels and literal ad macros as null.
    Sentinels: empty, null, none, undefined, unknown, (not set), \\N in any case; an ad platform that
    could not fill a macro sends its name (__CAMPAIGN_ID__). One regular expression: a list of
    values would be a join per column.
#}
{% macro clean_text(column) -%}
    case
        when {{ regex_like(
            column,
            '^\\s*((?i:null|none|undefined|unknown|\\(not set\\)|\\\\n)|__[A-Z0-9_]+__)?\\s*$'
        ) }} then null
        else trim({{ column }})
    end
{%- endmacro %}
