{#
    Grain: one row per one_id, channel in which the person has an address, and brand: `all` for everybody,
    the brands of int_consent__brand_hearers beside it.
    The best address speaks for the person: rank 1 can be sent to, 2 got its message of the day, 3
    those of the month, 4 has no credit left, 5 was withdrawn for itself, 6 is suppressed.
    A view: int_reach__people_judged reads it.
    Surprise: an unsubscription outlives deliveries; only a yes after it (a grant of the person for
    the channel) ends it.
#}
{{ config(materialized='view') }}
{%- set wecom_month = definition('reach_wecom_monthly_cap', 1, 100) %}
{%- set wecom_day = definition('reach_wecom_daily_cap', 1, 100) %}
with

addresses as (

    select * from {{ ref('int_reach__addresses') }}

),

permissions as (

    select * from {{ ref('int_reach__permissions') }}

),

hearers as (

    select * from {{ ref('int_consent__brand_hearers') }}

),

-- a brand hears what was said to it and to the group
refusals as (

    select distinct
        words.one_id,
        words.channel,
        words.address_token,
        hearers.brand

    from {{ ref('int_reach__address_words') }} as words
    inner join hearers
        on words.one_id = hearers.one_id
        and words.brand in (hearers.brand, 'all')

    where not words.is_granted

),

addresses_heard as (

    select
        one_id,
        channel,
        address_token,
        sender,
        suppression,
        credits_left,
        delivered_today,
        delivered_this_month,
        is_withdrawn_here,
        last_message_at,
        unsubscribed_at,
        'all' as brand

    from addresses

    union all

    select
        addresses.one_id,
        addresses.channel,
        addresses.address_token,
        addresses.sender,
        addresses.suppression,
        addresses.credits_left,
        addresses.delivered_today,
        addresses.delivered_this_month,
        refusals.one_id is not null as is_withdrawn_here,
        addresses.last_message_at,
        addresses.unsubscribed_at,
        hearers.brand

    from addresses
    inner join hearers
        on addresses.one_id = hearers.one_id
    left join refusals
        on addresses.one_id = refusals.one_id
        and addresses.channel = refusals.channel
        and addresses.address_token = refusals.address_token
        and hearers.brand = refusals.brand

),

addresses_ranked as (

    select
        addresses.*,
        case
            when addresses.suppression is not null then 6
            when addresses.unsubscribed_at is not null
                and not coalesce(
                    permissions.is_granted and permissions.stated_at > addresses.unsubscribed_at,
                    false
                ) then 6
            when addresses.is_withdrawn_here then 5
            when addresses.credits_left = 0 then 4
            when addresses.channel = 'wecom'
                and addresses.delivered_this_month >= {{ wecom_month }} then 3
            when addresses.channel = 'wecom'
                and addresses.delivered_today >= {{ wecom_day }} then 2
            else 1
        end as address_rank

    from addresses_heard as addresses
    left join permissions
        on addresses.one_id = permissions.one_id
        and addresses.channel = permissions.channel
        and addresses.brand = permissions.brand

),

-- a contact of several staff is one address with several senders
addresses_summed as (

    select
        one_id,
        channel,
        brand,
        address_token,
        min(address_rank) as address_rank,
        min(
            case when address_rank = 6 then coalesce(suppression, 'unsubscribed') end
        ) as suppression,
        sum(credits_left) as credits_left,
        max(delivered_this_month) as delivered_this_month,
        max(last_message_at) as last_message_at

    from addresses_ranked

    group by one_id, channel, brand, address_token

),

final as (

    select
        one_id,
        channel,
        brand,
        min(address_rank) as best_rank,
        min(suppression) as suppression,
        count(*) as address_count,
        count(*) filter (where address_rank = 1) as open_address_count,
        sum(credits_left) as credits_left,
        sum(delivered_this_month) as delivered_this_month,
        max(last_message_at) as last_message_at

    from addresses_summed

    group by one_id, channel, brand

)

select * from final
