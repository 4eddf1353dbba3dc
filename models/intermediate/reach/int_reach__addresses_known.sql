{#
    Grain: one row per one_id, channel, address_token and sender: where a message could go.
    SMS and calls: a phone verified by a code or a platform. Template: an openid that follows.
    Subscription: an openid of the mini program, per template with its credits (accepts less sends
    since the person last refused). WeCom: a contact with each member of staff who has it now.
    A view: int_reach__addresses reads it.
    Surprise: owned_since_at is when the address became this person's (null: as long as it is
    known); what the owner before said or received does not count.
#}
{{ config(materialized='view') }}
with

identifiers as (

    select * from {{ ref('bridge_customer_identifiers') }}

),

resolution as (

    select * from {{ ref('int_identity__resolution') }}

    where is_verified
        and valid_to_at is null

),

subscriptions as (

    select
        *,
        max(
            case when answer = 'reject' and event_type = 'subscribe_msg_change_event'
                or error_code = '43101' then created_s end
        ) over (partition by wx_openid_token, template_code) as refused_s

    from {{ ref('stg_miniprogram__subscriptions') }}

),

credits as (

    select
        wx_openid_token,
        template_code,
        greatest(
            count(*) filter (
                where answer = 'accept' and event_type = 'subscribe_msg_popup_event'
            )
            - count(*) filter (where error_code = '0'),
            0
        ) as credits_left

    from subscriptions

    where refused_s is null
        or created_s > refused_s

    group by wx_openid_token, template_code

),

mini_openids as (

    select wx_openid_token from {{ ref('stg_miniprogram__logins') }}
    union distinct
    select wx_openid_token from subscriptions

),

addresses as (

    {% for channel in ['sms', 'calls'] %}
    select
        '{{ channel }}' as channel,
        identifier_token as address_token,
        cast(null as string) as sender,
        cast(null as bigint) as credits_left,
        cast(null as timestamp) as related_since_at

    from identifiers

    where identifier_type = 'phone'
        and identifier_class <> 'weak'

    union all
    {% endfor %}
    select
        'wechat_oa' as channel,
        wx_openid_token as address_token,
        cast(null as string) as sender,
        cast(null as bigint) as credits_left,
        followed_at as related_since_at

    from {{ ref('int_profile__follows_stated') }}

    where is_follower

    union all

    select
        'wechat_subscription' as channel,
        mini_openids.wx_openid_token as address_token,
        credits.template_code as sender,
        coalesce(credits.credits_left, 0) as credits_left,
        cast(null as timestamp) as related_since_at

    from mini_openids
    left join credits
        on mini_openids.wx_openid_token = credits.wx_openid_token

    union all

    select
        'wecom' as channel,
        wecom_external_userid_token as address_token,
        staff_id as sender,
        cast(null as bigint) as credits_left,
        followed_at as related_since_at

    from {{ ref('stg_wecom__follows') }}

    where is_current

),

final as (

    select
        concat_ws(
            '|', identifiers.one_id, addresses.channel, addresses.address_token,
            coalesce(addresses.sender, '')
        ) as address_key,
        identifiers.one_id,
        addresses.channel,
        addresses.address_token,
        addresses.sender,
        addresses.credits_left,
        addresses.related_since_at,
        resolution.valid_from_at as owned_since_at

    from addresses
    inner join identifiers
        on addresses.address_token = identifiers.identifier_token
    left join resolution
        on addresses.address_token = resolution.identifier_token

)

select * from final
