{#
    Grain: one row per one_id and channel of var reach_channels about which the person said
    something for marketing.
    Of the statements about the channel and about `all` the newest counts, a withdrawal before a
    grant of the same second.
    A view: customer_reachability reads it.
#}
{{ config(materialized='view') }}
with

consents as (

    select *

    from {{ ref('int_consent__people_resolved') }}

    where purpose = '{{ var("reach_marketing_purpose") }}'

),

consent_channels as (

    select * from (values {{ reach_consent_channels() }}) as rows (channel, consent_channel)

),

final as (

    select
        consents.one_id,
        consent_channels.channel,
        consents.is_granted,
        consents.stated_at

    from consents
    inner join consent_channels
        on consents.channel = consent_channels.consent_channel

    qualify row_number() over (
        partition by consents.one_id, consent_channels.channel
        order by consents.stated_at desc, case when consents.is_granted then 2 else 1 end asc
    ) = 1

)

select * from final
