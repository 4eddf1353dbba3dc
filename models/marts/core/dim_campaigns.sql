{#
    Grain: one row per campaign_id that any channel named.
    Ad reports give names and platform; QR scenes give placements; messages and touches (mini
    program, coupons) give the rest.
    Surprise: platform is null unless exactly one ad platform reports the campaign.
#}
with

ad_spend as (

    {{ union_feed('ad_spend') }}

),

scenes as (

    select * from {{ ref('stg_qr__scenes') }}

),

messages as (

    select * from {{ ref('fct_messages') }}

),

touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

),

mentions as (

    select
        campaign_id,
        channel,
        channel as platform,
        max_by(campaign_name, report_date) as campaign_name,
        cast(null as string) as placement,
        min(report_date) as first_seen_date,
        max(report_date) as last_seen_date

    from ad_spend

    group by campaign_id, channel

    union all

    select
        campaign_id,
        'qr' as channel,
        cast(null as string) as platform,
        cast(null as string) as campaign_name,
        placement,
        min({{ brand_date('created_at') }}) as first_seen_date,
        max({{ brand_date('created_at') }}) as last_seen_date

    from scenes

    group by campaign_id, placement

    union all

    select
        campaign_id,
        channel,
        cast(null as string) as platform,
        cast(null as string) as campaign_name,
        cast(null as string) as placement,
        min(sent_date) as first_seen_date,
        max(sent_date) as last_seen_date

    from messages

    group by campaign_id, channel

    union all

    select
        campaign_id,
        channel,
        cast(null as string) as platform,
        cast(null as string) as campaign_name,
        cast(null as string) as placement,
        min(touched_date) as first_seen_date,
        max(touched_date) as last_seen_date

    from touchpoints

    group by campaign_id, channel

),

final as (

    select
        campaign_id,
        max(campaign_name) as campaign_name,
        case when count(distinct platform) = 1 then max(platform) end as platform,
        case when count(distinct placement) = 1 then max(placement) end as placement,
        {{ sorted_text_list('channel') }} as channels,
        count(platform) > 0 as is_paid,
        min(first_seen_date) as first_seen_date,
        max(last_seen_date) as last_seen_date

    from mentions

    where campaign_id is not null

    group by campaign_id

)

select * from final
