{#
    Grain: one row per address_key and brand it was said to: the newest word about this very address
    since its person has it, about the channel or all channels, for marketing.
    A view: int_reach__addresses and int_reach__people_summed read it.
#}
{{ config(materialized='view') }}
with

addresses as (

    select * from {{ ref('int_reach__addresses_known') }}

),

states as (

    select *

    from {{ ref('int_consent__states_dated') }}

    where valid_to_at is null
        and purpose = '{{ var("reach_marketing_purpose") }}'

),

consent_channels as (

    select * from (values {{ reach_consent_channels() }}) as rows (channel, consent_channel)

),

final as (

    select
        addresses.address_key,
        addresses.one_id,
        addresses.channel,
        addresses.address_token,
        states.brand,
        states.is_granted

    from addresses
    inner join consent_channels
        on addresses.channel = consent_channels.channel
    inner join states
        on addresses.address_token = states.subject_token
        and consent_channels.consent_channel = states.channel
        and (addresses.owned_since_at is null or states.valid_from_at >= addresses.owned_since_at)

    qualify row_number() over (
        partition by addresses.address_key, states.brand
        order by
            states.valid_from_at desc,
            case when states.is_granted then 2 else 1 end asc
    ) = 1

)

select * from final
