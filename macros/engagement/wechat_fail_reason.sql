{#
    Why a template message failed, from WeChat's Status: user_block, system_failed; else null.
    WeChat writes `failed:user block` but `failed: system failed`: the blank after the colon varies.
#}
{% macro wechat_fail_reason(status) -%}
    case
        when lower(trim({{ status }})) like 'failed%'
            then nullif(replace(trim(substr(lower(trim({{ status }})), 8)), ' ', '_'), '')
    end
{%- endmacro %}
