{#
    Grain: one row per one_id and channel in which the person has an address.
    The best address speaks for the person: rank 1 can be sent to, 2 got its message of the day, 3
    those of the month, 4 has no credit left, 5 was withdrawn for itself, 6 is suppressed.
    A view: customer_reachability reads it.
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

    from addresses
    left join permissions
        on addresses.one_id = permissions.one_id
        and addresses.channel = permissions.channel

),

-- a contact of several staff is one address with several senders
addresses_summed as (

    select
        one_id,
        channel,
        address_token,
        min(address_rank) as address_rank,
        min(
            case when address_rank = 6 then coalesce(suppression, 'unsubscribed') end
        ) as suppression,
        sum(credits_left) as credits_left,
        max(delivered_this_month) as delivered_this_month,
        max(last_message_at) as last_message_at

    from addresses_ranked

    group by one_id, channel, address_token

),

final as (

    select
        one_id,
        channel,
        min(address_rank) as best_rank,
        min(suppression) as suppression,
        count(*) as address_count,
        count(*) filter (where address_rank = 1) as open_address_count,
        sum(credits_left) as credits_left,
        sum(delivered_this_month) as delivered_this_month,
        max(last_message_at) as last_message_at

    from addresses_summed

    group by one_id, channel

)

select * from final
