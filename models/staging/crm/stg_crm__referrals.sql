{#
    Grain: one row per inviter, invitee and time: an invitation of one member by another.
    Surprise: many may invite one person; is_counted marks the first invitation of each invitee,
    the one that counts. Who invites herself is kept and never counted.
#}
with

referrals as (

    select
        inviter_member_id as inviter_token,
        invitee_member_id as invitee_token,
        {{ clean_text('campaign_id') }} as campaign_id,
        dt as delivered_date,
        {{ to_utc('invited_at') }} as invited_at,
        coalesce(inviter_member_id = invitee_member_id, false) as is_self_referral

    from {{ source('crm', 'referrals') }}

    {{ delivered() }}

),

newest_delivered as (

    select *

    from referrals

    qualify row_number() over (
        partition by inviter_token, invitee_token, invited_at
        order by delivered_date desc, campaign_id asc nulls last
    ) = 1

),

final as (

    select
        -- ids
        inviter_token,
        invitee_token,
        campaign_id,

        -- booleans
        is_self_referral,
        not is_self_referral
        and inviter_token is not null
        and invitee_token is not null
        and row_number() over (
            partition by invitee_token, is_self_referral
            order by invited_at, inviter_token nulls last
        ) = 1 as is_counted,

        -- dates and timestamps
        delivered_date,
        invited_at

    from newest_delivered

)

select * from final
