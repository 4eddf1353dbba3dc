{#
    Grain: one row per attribution model, channel and campaign, over all days up to the as-of day.
    A campaign's credit is that of its touches, so campaigns add up to their channel; campaign_id is
    null for touches of no campaign and for orders without a touch.
#}
with

credits as (

    select
        model,
        channel,
        campaign_id,
        {{ credit_sums() }}

    from {{ ref('fct_attribution') }}

    group by model, channel, campaign_id

),

spend as (

    select
        models.model,
        ad_spend.platform as channel,
        ad_spend.campaign_id,
        sum(ad_spend.cost_cny) as cost_cny,
        sum(ad_spend.platform_conversions) as platform_claimed_conversions

    from {{ ref('fct_ad_spend') }} as ad_spend
    cross join {{ models_listed() }}

    group by models.model, ad_spend.platform, ad_spend.campaign_id

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

),

final as (

    select
        cast(coalesce(credits.model, spend.model) as string) as model,
        cast(coalesce(credits.channel, spend.channel) as string) as channel,
        cast(coalesce(credits.campaign_id, spend.campaign_id) as string) as campaign_id,
        cast(campaigns.campaign_name as string) as campaign_name,
        {{ credit_ratios('credits', 'spend') }}

    from credits
    full outer join spend
        on credits.model = spend.model
        and credits.channel = spend.channel
        and credits.campaign_id = spend.campaign_id
    left join campaigns
        on coalesce(credits.campaign_id, spend.campaign_id) = campaigns.campaign_id

)

select * from final
