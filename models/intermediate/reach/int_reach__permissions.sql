{#
    Grain: one row per one_id, channel of var reach_channels and brand about which the person said
    something for marketing that a list of that brand hears (`all`: a list of the whole group).
    Of the statements to one brand about the channel and about `all` channels the newest counts, a
    withdrawal before a grant of the same second.
    A brand hears what was said to it and to the group; the group hears what was said to it, and
    every no to one of its brands. A no that is heard wins until it is taken back where it was said.
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

hearers as (

    select * from {{ ref('int_consent__brand_hearers') }}

),

said as (

    select
        consents.one_id,
        consent_channels.channel,
        consents.brand,
        consents.is_granted,
        consents.stated_at

    from consents
    inner join consent_channels
        on consents.channel = consent_channels.consent_channel

    qualify row_number() over (
        partition by consents.one_id, consent_channels.channel, consents.brand
        order by consents.stated_at desc, case when consents.is_granted then 2 else 1 end asc
    ) = 1

),

heard as (

    select
        one_id,
        channel,
        'all' as brand,
        is_granted,
        stated_at

    from said

    where brand = 'all'
        or not is_granted

    union all

    select
        said.one_id,
        said.channel,
        hearers.brand,
        said.is_granted,
        said.stated_at

    from said
    inner join hearers
        on said.one_id = hearers.one_id
        and said.brand in (hearers.brand, 'all')

),

final as (

    select *

    from heard

    qualify row_number() over (
        partition by one_id, channel, brand
        order by case when is_granted then 2 else 1 end asc, stated_at desc
    ) = 1

)

select * from final
