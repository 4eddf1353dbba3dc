{#
    Grain: one row per record_group and identifier_token whose place in the group has ended: what
    the record said was true until ended_at and not since. A group seen again later is not ended.
#}
with

observations as (

    select
        record_group,
        identifier_token,
        max(last_observed_at) as last_observed_at

    from {{ ref('int_identity__observations') }}

    group by record_group, identifier_token

),

links_ended as (

    select * from {{ ref('int_identity__links_ended') }}

),

ended_for_all as (

    select
        observations.record_group,
        observations.identifier_token,
        ended.reason,
        ended.ended_at

    from observations
    inner join links_ended as ended
        on observations.identifier_token = ended.identifier_token
        and observations.last_observed_at <= ended.ended_at

    where ended.holder_token is null

),

ended_with_holder as (

    select
        members.record_group,
        members.identifier_token,
        ended.reason,
        ended.ended_at

    from links_ended as ended
    inner join observations as holders
        on ended.holder_token = holders.identifier_token
        and holders.last_observed_at <= ended.ended_at
    inner join observations as members
        on holders.record_group = members.record_group

    where members.identifier_token <> ended.holder_token
        and (ended.whole_account or members.identifier_token = ended.identifier_token)

),

final as (

    select
        record_group,
        identifier_token,
        max_by(reason, concat(cast(ended_at as string), reason)) as reason,
        max(ended_at) as ended_at

    from (
        select * from ended_for_all
        union all
        select * from ended_with_holder
    ) as ended

    group by record_group, identifier_token

)

select * from final
