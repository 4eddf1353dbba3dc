{# delivered, failed or pending (nothing known) from WeChat's Status of a template message. #}
{% macro wechat_send_state(status) -%}
    case
        when lower(trim({{ status }})) = 'success' then 'delivered'
        when lower(trim({{ status }})) like 'failed%' then 'failed'
        else 'pending'
    end
{%- endmacro %}
