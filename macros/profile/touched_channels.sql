{# Channels in which a brand and a person touch, outside of orders: columns of customer_360. #}
{% macro touched_channels() -%}
    {{ return(['wechat_oa', 'miniprogram', 'app', 'web', 'wecom', 'sms', 'calls']) }}
{%- endmacro %}
