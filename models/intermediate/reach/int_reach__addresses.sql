{#
    Grain: one row per one_id, channel, address_token and sender, with what was sent there, what
    the receipts say of it, and whether this very address was withdrawn, for the group or a brand.
    Surprise: a suppression ends with the next message that arrives; an unsubscription does not, only
    a later yes ends it (customer_reachability decides).
#}
with

addresses as (

    select * from {{ ref('int_reach__addresses_known') }}

),

messages as (

    select * from {{ ref('int_reach__messages_judged') }}

),

words as (

    select * from {{ ref('int_reach__address_words') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

messages_owned as (

    select
        addresses.address_key,
        -- A message counts for the address, and within it for its sender.
        coalesce(messages.sender, '') = coalesce(addresses.sender, '') as is_of_sender,
        coalesce(messages.judged_at >= addresses.related_since_at, true) as is_of_relation,
        messages.verdict,
        messages.is_delivered and messages.sent_date = as_of.as_of_date as is_today,
        messages.is_delivered
        and messages.sent_date >= cast(date_trunc('month', as_of.as_of_date) as date)
        and messages.sent_date <= as_of.as_of_date as is_this_month,
        messages.sent_at,
        messages.judged_at

    from addresses
    inner join messages
        on addresses.channel = messages.channel
        and addresses.address_token = messages.address_token
        and (addresses.owned_since_at is null or messages.sent_at >= addresses.owned_since_at)
    cross join as_of

),

messages_counted as (

    select
        address_key,
        count(*) filter (where is_of_sender and is_today) as delivered_today,
        count(*) filter (where is_this_month) as delivered_this_month,
        max(sent_at) as last_message_at,
        max(judged_at) filter (where is_of_sender and verdict = 'unsubscribed') as unsubscribed_at

    from messages_owned

    group by address_key

),

newest_verdicts as (

    select
        address_key,
        verdict

    from messages_owned

    where verdict <> 'unsubscribed'
        and is_of_sender
        and is_of_relation

    qualify row_number() over (
        partition by address_key
        order by judged_at desc, verdict asc
    ) = 1

),

addresses_withdrawn as (

    select distinct address_key

    from words

    where not is_granted

),

final as (

    select
        addresses.one_id,
        addresses.channel,
        addresses.address_token,
        addresses.sender,
        nullif(newest_verdicts.verdict, 'ok') as suppression,
        addresses.credits_left,
        coalesce(counted.delivered_today, 0) as delivered_today,
        coalesce(counted.delivered_this_month, 0) as delivered_this_month,
        addresses_withdrawn.address_key is not null as is_withdrawn_here,
        counted.last_message_at,
        counted.unsubscribed_at

    from addresses
    left join messages_counted as counted
        on addresses.address_key = counted.address_key
    left join newest_verdicts
        on addresses.address_key = newest_verdicts.address_key
    left join addresses_withdrawn
        on addresses.address_key = addresses_withdrawn.address_key

)

select * from final
