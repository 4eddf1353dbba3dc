{#
    What a receipt code (or the outcome of a call) says of the address: blacklist, hard_bounce,
    blocked or unsubscribed by var reach_suppressing_codes; null for a code that decides nothing.

    Args:
        code: column with the code.
    Raises a compile error for a kind nobody knows.
#}
{% macro suppression_of(code) -%}
    {%- set kinds = ['blacklist', 'blocked', 'hard_bounce', 'unsubscribed'] -%}
    case {{ code }}
    {%- for value, kind in var('reach_suppressing_codes').items() %}
        {%- if kind not in kinds -%}
            {{ exceptions.raise_compiler_error(
                "var reach_suppressing_codes: '" ~ kind ~ "' of " ~ value ~ " is none of " ~ kinds | join(', ')
            ) }}
        {%- endif %}
        when '{{ value }}' then '{{ kind }}'
    {%- endfor %}
    end
{%- endmacro %}
