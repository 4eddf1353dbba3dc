{#
    Grain: one row per day, ad platform and campaign with spend, a landing or credited sales.
    What was billed, what came to us and what was sold, side by side; credit is that of the model of
    var attribution_report_model, by the day the order was paid.
    Surprise: campaign_id is null for landings and credit whose link names no campaign.
#}
{%- set platforms = channels_with_feed('ad_spend') %}
{%- set sums = {
    'cost_cny': 'decimal(18, 2)', 'impressions': 'bigint', 'clicks': 'bigint',
    'platform_claimed_conversions': 'bigint', 'forwarded_clicks': 'bigint', 'landings': 'bigint',
    'credit_ratio': 'decimal(18, 9)', 'new_ratio': 'decimal(18, 9)',
    'own_ratio': 'decimal(18, 9)', 'marketplace_ratio': 'decimal(18, 9)',
    'credit_cny': 'decimal(18, 2)', 'own_cny': 'decimal(18, 2)', 'marketplace_cny': 'decimal(18, 2)'
} %}
with

spend as (

    select
        *,
        platform_conversions as platform_claimed_conversions

    from {{ ref('fct_ad_spend') }}

),

arrivals as (

    select
        touched_date as date,
        case when touch_type = 'ad_click' then channel else utm_source end as platform,
        campaign_id,
        case when touch_type = 'ad_click' then 1 else 0 end as forwarded_clicks,
        case when touch_type = 'ad_click' then 0 else 1 end as landings

    from {{ ref('fct_touchpoints') }}

    where touch_type = 'ad_click'
        or (
            touch_type like '%_visit'
            and utm_source in ({{ quoted_list(platforms) }})
        )

),

credits as (

    select
        paid_date as date,
        channel as platform,
        campaign_id,
        credit_ratio,
        case when is_new_customer then credit_ratio else 0 end as new_ratio,
        case when sales_channel = 'own' then credit_ratio else 0 end as own_ratio,
        case when sales_channel = 'marketplace' then credit_ratio else 0 end as marketplace_ratio,
        credit_cny,
        case when sales_channel = 'own' then credit_cny else 0 end as own_cny,
        case when sales_channel = 'marketplace' then credit_cny else 0 end as marketplace_cny

    from {{ ref('fct_attribution') }}

    where model = '{{ var("attribution_report_model") }}'
        and channel in ({{ quoted_list(platforms) }})

),

unioned as (
    {%- for relation, own in {
        'spend': ['cost_cny', 'impressions', 'clicks', 'platform_claimed_conversions'],
        'arrivals': ['forwarded_clicks', 'landings'],
        'credits': ['credit_ratio', 'new_ratio', 'own_ratio', 'marketplace_ratio', 'credit_cny',
                    'own_cny', 'marketplace_cny'],
    }.items() %}

    select
        date,
        platform,
        campaign_id
        {%- for column, type in sums.items() %},
        cast({{ column if column in own else 'null' }} as {{ type }}) as {{ column }}
        {%- endfor %}

    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

final as (

    select
        date,
        platform,
        campaign_id
        {%- for column, type in sums.items() %},
        cast(
            {{ 'sum(' ~ column ~ ')' if column == 'platform_claimed_conversions'
                else 'coalesce(sum(' ~ column ~ '), 0)' }} as {{ type }}
        ) as {{ column }}
        {%- endfor %}

    from unioned

    group by date, platform, campaign_id

)

select * from final
