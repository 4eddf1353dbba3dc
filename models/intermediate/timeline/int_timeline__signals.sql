{#
    Grain: one row per event of staging that no public fact has: pages, leaving an official account
    or a member of staff, memberships, invitations sent, consents.
    They name up to two identifiers; customer_timeline resolves them at the time of the event.
    A view: customer_timeline reads it.
#}
{{ config(materialized='view') }}
with

pages as (

    select * from {{ ref('int_timeline__pages') }}

),

oa_events as (

    select * from {{ ref('stg_wechat_oa__events') }}

    where event_type = 'unsubscribe'

),

wecom_spells as (

    select * from {{ ref('stg_wecom__follow_spells') }}

    where ended_date is not null

),

member_changes as (

    select
        member_id_token,
        register_store_id,
        register_channel,
        member_level,
        member_status,
        coalesce(registered_at, updated_at) as registered_at,
        updated_at,
        lag(member_level) over (partition by member_id_token order by updated_at)
            as earlier_level,
        lag(member_status) over (partition by member_id_token order by updated_at)
            as earlier_status,
        row_number() over (partition by member_id_token order by updated_at) as version_no

    from {{ ref('stg_crm__member_versions') }}

),

referrals as (

    select * from {{ ref('stg_crm__referrals') }}

    where not is_self_referral and inviter_token is not null

),

consents as (

    select * from {{ ref('stg_crm__consents') }}

    where subject_token is not null

),

final as (

    select
        {{ timeline_columns({
            'event_type': 'event_type',
            'event_key': "concat_ws('|', channel, actor_token, cast(event_ms as string), event_name)",
            'occurred_at': 'occurred_at', 'channel': 'channel',
            'title': 'coalesce(sku, page_title)', 'page': 'page_path', 'campaign_id': 'campaign_id',
            'source_table': "concat('staging.', channel, '.events')",
            'identifier_token': 'coalesce(identifier_token, actor_token)',
            'fallback_token': 'actor_token'
        }) }}

    from pages

    union all

    select
        {{ timeline_columns({
            'event_type': "'oa_unfollow'",
            'event_key': "concat_ws('|', appid, wx_openid_token, cast(created_s as string))",
            'occurred_at': 'event_at', 'channel': "'wechat_oa'", 'title': 'appid',
            'source_table': "'staging.wechat_oa.events'", 'identifier_token': 'wx_openid_token'
        }) }}

    from oa_events

    union all

    select
        {{ timeline_columns({
            'event_type': "'wecom_lost'",
            'event_key': "concat_ws('|', corpid, wecom_external_userid_token, staff_id, cast(followed_at as string), cast(ended_date as string))",
            'occurred_at': to_utc('ended_date'), 'channel': "'wecom'", 'title': 'staff_id',
            'source_table': "'staging.wecom.contacts'",
            'identifier_token': 'wecom_external_userid_token'
        }) }}

    from wecom_spells

    union all

    select
        {{ timeline_columns({
            'event_type': "'member_joined'", 'event_key': 'member_id_token',
            'occurred_at': 'registered_at', 'channel': "'crm'", 'title': 'member_level',
            'placement': 'register_channel', 'store_id': 'register_store_id',
            'source_table': "'staging.crm.members'", 'identifier_token': 'member_id_token'
        }) }}

    from member_changes

    where version_no = 1

    union all

    select
        {{ timeline_columns({
            'event_type': "case when member_status = 'cancelled' then 'member_cancelled' else 'member_level' end",
            'event_key': "concat_ws('|', member_id_token, cast(updated_at as string))",
            'occurred_at': 'updated_at', 'channel': "'crm'", 'title': 'member_level',
            'state': 'earlier_level', 'source_table': "'staging.crm.members'",
            'identifier_token': 'member_id_token'
        }) }}

    from member_changes

    where version_no > 1
        and (
            (member_status = 'cancelled' and earlier_status is distinct from 'cancelled')
            or (
                coalesce(member_status, '') <> 'cancelled'
                and member_level is distinct from earlier_level
            )
        )

    union all

    select
        {{ timeline_columns({
            'event_type': "'referral_sent'",
            'event_key': "concat_ws('|', inviter_token, coalesce(invitee_token, ''), cast(invited_at as string))",
            'occurred_at': 'invited_at', 'channel': "'crm'",
            'state': "case when is_counted then 'counted' else 'not_counted' end",
            'campaign_id': 'campaign_id', 'source_table': "'staging.crm.referrals'",
            'identifier_token': 'inviter_token'
        }) }}

    from referrals

    union all

    select
        {{ timeline_columns({
            'event_type': "case when is_granted then 'consent_granted' else 'consent_withdrawn' end",
            'event_key': "concat_ws('|', subject_token, purpose, channel, cast(stated_at as string),"
                ~ " consent_status, nullif(brand, 'all'))",
            'occurred_at': 'stated_at', 'channel': "'crm'",
            'title': "concat_ws(' / ', purpose, channel, nullif(brand, 'all'))",
            'state': 'policy_version', 'source_table': "'staging.crm.consents'", 'identifier_token': 'subject_token'
        }) }}

    from consents

)

select * from final
