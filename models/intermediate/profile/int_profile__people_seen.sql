{#
    Grain: one row per one_id: every person the identity graph knows.
    First channel is the one of the oldest record; at the same instant the alphabet decides, so
    that no load order does.
#}
with

identifiers as (

    select * from {{ ref('bridge_customer_identifiers') }}

),

channels as (

    select * from {{ ref('int_profile__channels_seen') }}

),

identifiers_counted as (

    select
        one_id,
        count(*) as identifier_count,
        bool_or(identifier_type = 'phone' and identifier_class <> 'weak') as has_verified_phone,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at

    from identifiers

    group by one_id

),

channels_counted as (

    select
        one_id,
        count(*) as channel_count

    from channels

    group by one_id

),

first_channels as (

    select
        one_id,
        channel as first_channel

    from channels

    qualify row_number() over (
        partition by one_id
        order by first_seen_at nulls last, channel
    ) = 1

),

final as (

    select
        identifiers_counted.one_id,
        first_channels.first_channel,
        identifiers_counted.identifier_count,
        coalesce(channels_counted.channel_count, 0) as channel_count,
        identifiers_counted.has_verified_phone,
        identifiers_counted.first_seen_at,
        identifiers_counted.last_seen_at

    from identifiers_counted
    left join channels_counted
        on identifiers_counted.one_id = channels_counted.one_id
    left join first_channels
        on identifiers_counted.one_id = first_channels.one_id

)

select * from final
