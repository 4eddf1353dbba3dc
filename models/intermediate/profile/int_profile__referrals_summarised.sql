{#
    Grain: one row per one_id that invited somebody or was invited.
    Invitations that count, between people: of several about one person (two member numbers) the
    first; one between two numbers of the same person counts for nobody.
    referral_depth: links up the chain to someone who was not invited, at most
    referral_max_depth (a circle of invitations would not end).
#}
{%- set max_depth = definition('referral_max_depth', 1, 20) %}
with

referrals as (

    select *

    from {{ ref('stg_crm__referrals') }}

    where is_counted

),

resolution as (

    select *

    from {{ ref('int_identity__resolution') }}

    where is_verified

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

invitations as (

    select
        inviters.one_id as inviter_one_id,
        invitees.one_id as one_id,
        referrals.invited_at

    from referrals
    cross join as_of
    inner join resolution as inviters
        on referrals.inviter_token = inviters.identifier_token
        and {{ resolved_at('inviters', 'referrals.invited_at') }}
    inner join resolution as invitees
        on referrals.invitee_token = invitees.identifier_token
        and {{ resolved_at('invitees', 'referrals.invited_at') }}

    where referrals.invited_at < as_of.as_of_end_at
        and inviters.one_id <> invitees.one_id

    qualify row_number() over (
        partition by invitees.one_id
        order by referrals.invited_at asc, inviters.one_id asc
    ) = 1

),

chains as (

    select
        link_1.one_id,
        link_1.inviter_one_id,
        link_1.invited_at,
        1
        {%- for level in range(2, max_depth + 1) %}
        + case when link_{{ level }}.one_id is not null then 1 else 0 end
        {%- endfor %} as referral_depth

    from invitations as link_1
    {%- for level in range(2, max_depth + 1) %}
    left join invitations as link_{{ level }}
        on link_{{ level - 1 }}.inviter_one_id = link_{{ level }}.one_id
    {%- endfor %}

),

inviters as (

    select
        inviter_one_id as one_id,
        count(*) as invited_people_count

    from invitations

    group by inviter_one_id

),

final as (

    select
        coalesce(chains.one_id, inviters.one_id) as one_id,
        chains.inviter_one_id,
        coalesce(inviters.invited_people_count, 0) as invited_people_count,
        coalesce(chains.referral_depth, 0) as referral_depth,
        chains.invited_at

    from chains
    full outer join inviters
        on chains.one_id = inviters.one_id

)

select * from final
