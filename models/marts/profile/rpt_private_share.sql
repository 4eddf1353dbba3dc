{#
    Grain: one row per period_type (day, month) and first day of the period.
    Sales of all orders, of known people or not, by kind of sales channel, and the part of the
    private domain: the channels that var channel_map calls private (own mall, own stores).
    GMV is what was paid, before refunds; net revenue is after them.
    Surprise: the day is the one of the payment in the brand's zone, as for all figures of
    customers; quality.sales_reconciliation counts on the day the till books (business_date).
#}
{%- set kinds = ['own', 'retail', 'marketplace', 'takeaway'] %}

with

orders as (

    select
        *,
        channel in (
            {%- for channel, settings in var('channel_map').items()
                if settings.domain == 'private' %}
            '{{ channel }}'{{ "," if not loop.last }}
            {%- endfor %}
        ) as is_private

    from {{ ref('fct_orders') }}

),

days_summed as (

    select
        paid_date,
        {%- for kind in kinds %}
        count(*) filter (where sales_channel = '{{ kind }}') as {{ kind }}_orders,
        sum(case when sales_channel = '{{ kind }}' then paid_cny else 0 end) as {{ kind }}_gmv_cny,
        {%- endfor %}
        count(*) as orders,
        count(*) filter (where is_private) as private_orders,
        sum(paid_cny) as gmv_cny,
        sum(case when is_private then paid_cny else 0 end) as private_gmv_cny,
        sum(net_revenue_cny) as net_revenue_cny,
        sum(case when is_private then net_revenue_cny else 0 end) as private_net_revenue_cny

    from orders

    group by paid_date

),

periods as (

    select
        'day' as period_type,
        paid_date as period_start_date,
        *

    from days_summed

    union all

    select
        'month' as period_type,
        cast(date_trunc('month', paid_date) as date) as period_start_date,
        *

    from days_summed

),

summed as (

    select
        period_type,
        period_start_date,
        {%- for kind in kinds %}
        cast(sum({{ kind }}_orders) as bigint) as {{ kind }}_orders,
        cast(sum({{ kind }}_gmv_cny) as decimal(18, 2)) as {{ kind }}_gmv_cny,
        {%- endfor %}
        cast(sum(orders) as bigint) as orders,
        cast(sum(private_orders) as bigint) as private_orders,
        cast(sum(gmv_cny) as decimal(18, 2)) as gmv_cny,
        cast(sum(private_gmv_cny) as decimal(18, 2)) as private_gmv_cny,
        cast(sum(net_revenue_cny) as decimal(18, 2)) as net_revenue_cny,
        cast(sum(private_net_revenue_cny) as decimal(18, 2)) as private_net_revenue_cny

    from periods

    group by period_type, period_start_date

),

final as (

    select
        cast(period_type as string) as period_type,
        orders,
        private_orders,
        gmv_cny,
        private_gmv_cny,
        net_revenue_cny,
        private_net_revenue_cny,
        {%- for kind in kinds %}
        {{ kind }}_orders,
        {{ kind }}_gmv_cny,
        {%- endfor %}
        {{ ratio('private_orders', 'orders') }} as private_order_ratio,
        {{ ratio(cny_to_fen('private_gmv_cny'), cny_to_fen('gmv_cny')) }} as private_gmv_ratio,
        cast(period_start_date as date) as period_start_date

    from summed

)

select * from final
