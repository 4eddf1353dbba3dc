{# The 4-state view of a lifecycle stage: new, active, dormant, churned. #}
{% macro lifecycle_in_4_states(stage) -%}
    case {{ stage }}
            when 'introduction' then 'new'
            when 'growth' then 'active'
            when 'maturity' then 'active'
            else {{ stage }}
        end
{%- endmacro %}
