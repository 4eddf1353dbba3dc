{#
    Grain: one row per one_id of dim_customers, channel of var reach_channels and brand: `all`
    (a message in the name of the group) for everybody, the brands of int_consent__brand_hearers beside it.
    Whether a marketing message may and can be sent there on the as-of day, the one reason that
    decides, and the facts behind it. The rules and their sources: docs/reference/reachability.md.
    Surprise: of several addresses the best one speaks for the person.
#}
with

customers as (

    select
        one_id,
        'all' as brand

    from {{ ref('dim_customers') }}

    union all

    select
        hearers.one_id,
        hearers.brand

    from {{ ref('int_consent__brand_hearers') }} as hearers
    inner join {{ ref('dim_customers') }} as customers
        on hearers.one_id = customers.one_id

),

channels as (

    select *

    from (
        values
        {%- for channel, settings in var('reach_channels').items() %}
        (
            '{{ channel }}', {{ settings.consent == 'required' }},
            {{ "'" ~ settings.hours[0] ~ "', '" ~ settings.hours[1] ~ "'" if settings.hours
                else "cast(null as string), cast(null as string)" }}
        ){{ ',' if not loop.last }}
        {%- endfor %}
    ) as rows (channel, is_consent_required, send_from_time, send_until_time)

),

permissions as (

    select * from {{ ref('int_reach__permissions') }}

),

people_to_erase as (

    select * from {{ ref('int_reach__people_to_erase') }}

),

people as (

    select * from {{ ref('int_reach__people_summed') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

people_judged as (

    select
        customers.one_id,
        customers.brand,
        channels.channel,
        case
            when people_to_erase.one_id is not null then 'erasure_requested'
            when people.one_id is null and channels.channel = 'wechat_oa' then 'not_follower'
            when people.one_id is null and channels.channel = 'wecom' then 'not_contact'
            when people.one_id is null then 'no_address'
            when people.best_rank = 6 then 'suppressed'
            when not permissions.is_granted or people.best_rank = 5 then 'consent_withdrawn'
            when permissions.one_id is null and channels.is_consent_required then 'no_consent'
            when people.best_rank = 4 then 'no_credit'
            when people.best_rank = 3 then 'monthly_cap'
            when people.best_rank = 2 then 'daily_cap'
            else 'reachable'
        end as reason,
        case
            when permissions.is_granted then 'granted'
            when not permissions.is_granted then 'withdrawn'
            else 'none'
        end as consent_state,
        permissions.stated_at as consent_stated_at,
        people_to_erase.erasure_requested_at,
        people.suppression,
        people.address_count,
        people.open_address_count,
        people.credits_left,
        people.delivered_this_month,
        people.last_message_at,
        channels.send_from_time,
        channels.send_until_time,
        as_of.as_of_date

    from customers
    cross join channels
    cross join as_of
    left join people
        on customers.one_id = people.one_id
        and channels.channel = people.channel
        and customers.brand = people.brand
    left join permissions
        on customers.one_id = permissions.one_id
        and channels.channel = permissions.channel
        and customers.brand = permissions.brand
    left join people_to_erase
        on customers.one_id = people_to_erase.one_id

),

final as (

    select
        cast(one_id as string) as one_id,
        cast(brand as string) as brand,
        cast(channel as string) as channel,
        reason = 'reachable' as is_reachable,
        cast(reason as string) as reason,
        cast(consent_state as string) as consent_state,
        cast(suppression as string) as suppression,
        cast(coalesce(address_count, 0) as bigint) as address_count,
        cast(coalesce(open_address_count, 0) as bigint) as open_address_count,
        cast(credits_left as bigint) as credits_left,
        cast(coalesce(delivered_this_month, 0) as bigint) as delivered_this_month,
        cast(last_message_at as timestamp) as last_message_at,
        cast(consent_stated_at as timestamp) as consent_stated_at,
        cast(erasure_requested_at as timestamp) as erasure_requested_at,
        cast(
            case reason
                when 'reachable' then as_of_date
                when 'daily_cap' then as_of_date + 1
                when 'monthly_cap'
                    then {{ months_after("cast(date_trunc('month', as_of_date) as date)", 1) }}
            end as date
        ) as next_possible_date,
        cast(send_from_time as string) as send_from_time,
        cast(send_until_time as string) as send_until_time,
        cast(as_of_date as date) as as_of_date

    from people_judged

)

select * from final
