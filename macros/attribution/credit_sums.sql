{# The sums over rows of fct_attribution that every attribution report has, in the same words. #}
{% macro credit_sums() -%}
    cast(round(sum(credit_ratio), 4) as decimal(18, 4)) as conversions,
    cast(round(sum(case when is_new_customer then credit_ratio else 0 end), 4) as decimal(18, 4))
        as new_customers,
    cast(round(sum(case when is_view_through then credit_ratio else 0 end), 4) as decimal(18, 4))
        as view_through_conversions,
    cast(sum(credit_cny) as decimal(18, 2)) as revenue_cny,
    cast(sum(case when is_new_customer then credit_cny else 0 end) as decimal(18, 2))
        as new_customer_revenue_cny,
    cast(sum(case when is_view_through then credit_cny else 0 end) as decimal(18, 2))
        as view_through_revenue_cny
{%- endmacro %}

{# What a spend row and its credit become: the ratios of every attribution report. #}
{% macro credit_ratios(credits, spend) -%}
    cast(coalesce({{ credits }}.conversions, 0) as decimal(18, 4)) as conversions,
    cast(coalesce({{ credits }}.new_customers, 0) as decimal(18, 4)) as new_customers,
    cast(coalesce({{ credits }}.conversions - {{ credits }}.new_customers, 0) as decimal(18, 4))
        as returning_conversions,
    cast(coalesce({{ credits }}.view_through_conversions, 0) as decimal(18, 4))
        as view_through_conversions,
    cast(coalesce({{ credits }}.revenue_cny, 0) as decimal(18, 2)) as revenue_cny,
    cast(coalesce({{ credits }}.new_customer_revenue_cny, 0) as decimal(18, 2))
        as new_customer_revenue_cny,
    cast(
        coalesce({{ credits }}.revenue_cny - {{ credits }}.new_customer_revenue_cny, 0)
        as decimal(18, 2)
    ) as returning_revenue_cny,
    cast(coalesce({{ credits }}.view_through_revenue_cny, 0) as decimal(18, 2))
        as view_through_revenue_cny,
    cast({{ spend }}.cost_cny as decimal(18, 2)) as cost_cny,
    {{ per_unit('coalesce(' ~ credits ~ '.revenue_cny, 0)', spend ~ '.cost_cny', 4, 2) }} as roas,
    {{ per_unit(spend ~ '.cost_cny', credits ~ '.conversions') }} as cpa_cny,
    {{ per_unit(spend ~ '.cost_cny', credits ~ '.new_customers') }} as cac_cny,
    cast({{ spend }}.platform_claimed_conversions as bigint) as platform_claimed_conversions,
    {{ per_unit(
        spend ~ '.platform_claimed_conversions', credits ~ '.conversions', 4, 4
    ) }} as claimed_per_conversion
{%- endmacro %}
