{#
    A token as a 64-bit number, and back: its first 16 hex digits. Tokens are SHA-256 digests, so
    the numbers are as good as random and their order is the order of the texts, on every engine.
    A text that is no hex number gives null or a number that others have too; both are noticed
    (connected_components).
#}
{% macro digest_number(token) -%}
    {{ return(adapter.dispatch('digest_number')(token)) }}
{%- endmacro %}

{% macro duckdb__digest_number(token) -%}
    {{ return("try_cast('0x' || left(" ~ token ~ ", 16) as ubigint)") }}
{%- endmacro %}

{# Spark has no unsigned number: the topmost bit is turned over, which keeps the order. #}
{% macro spark__digest_number(token) -%}
    {{ return('((cast(conv(substring(' ~ token ~ ', 1, 8), 16, 10) as bigint) - 2147483648) * 4294967296'
        ~ ' + cast(conv(substring(' ~ token ~ ', 9, 8), 16, 10) as bigint))') }}
{%- endmacro %}

{# The 16 hex digits of a number that digest_number made. #}
{% macro digest_prefix(number) -%}
    {{ return(adapter.dispatch('digest_prefix')(number)) }}
{%- endmacro %}

{# Fifteen numbers of sixteen have all their digits: to fill up only the rest takes half the time. #}
{% macro duckdb__digest_prefix(number) -%}
    {{ return('lower(case when ' ~ number ~ ' >= 1152921504606846976 then to_hex(' ~ number
        ~ ') else lpad(to_hex(' ~ number ~ "), 16, '0') end)") }}
{%- endmacro %}

{% macro spark__digest_prefix(number) -%}
    {{ return('lower(lpad(hex(' ~ number ~ " ^ shiftleft(cast(1 as bigint), 63)), 16, '0'))") }}
{%- endmacro %}
