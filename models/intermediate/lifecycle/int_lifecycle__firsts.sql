{#
    Grain: one row per one_id that ever became a fan, a customer, or anyone in a public or private
    domain: the first moment of each, and the channel it happened in.
    fan: follower of an official account or WeCom contact. customer: paid order. private: member,
    fan, or order in a private channel of the channel map. public: order in a public channel, or a
    click that an ad platform forwarded. At one instant the channel's name decides.
#}

with

purchases as (

    select * from {{ ref('int_lifecycle__purchases_sequenced') }}

),

touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

),

follow_states as (

    select * from {{ ref('stg_wechat_oa__follow_states') }}

),

wecom_spells as (

    select * from {{ ref('stg_wecom__follow_spells') }}

),

member_versions as (

    select * from {{ ref('stg_crm__member_versions') }}

),

identifiers as (

    select * from {{ ref('bridge_customer_identifiers') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

relations as (

    select
        'wechat_oa' as channel,
        wx_openid_token as identifier_token,
        stated_at as happened_at

    from follow_states

    where is_follower

    union all

    select
        'wecom' as channel,
        wecom_external_userid_token as identifier_token,
        followed_at as happened_at

    from wecom_spells

    union all

    select
        'crm' as channel,
        member_id_token as identifier_token,
        least(registered_at, updated_at) as happened_at

    from member_versions

),

relations_begun as (

    select
        identifiers.one_id,
        relations.channel,
        min(relations.happened_at) as happened_at

    from relations
    inner join identifiers
        on relations.identifier_token = identifiers.identifier_token
    cross join as_of

    where relations.happened_at < as_of.as_of_end_at

    group by identifiers.one_id, relations.channel

),

orders_begun as (

    select
        one_id,
        channel,
        min(paid_at) as happened_at

    from purchases

    group by one_id, channel

),

clicks_begun as (

    select
        one_id,
        channel,
        min(touched_at) as happened_at

    from touchpoints

    where touch_type = 'ad_click'
        and one_id is not null

    group by one_id, channel

),

begun as (

    select
        one_id,
        'fan' as role_type,
        channel,
        happened_at

    from relations_begun

    where channel <> 'crm'

    union all

    select
        one_id,
        'private' as role_type,
        channel,
        happened_at

    from relations_begun

    union all

    select
        one_id,
        'customer' as role_type,
        channel,
        happened_at

    from orders_begun

    union all

    select
        one_id,
        case
            when channel in (
                {%- for channel, settings in var('channel_map').items()
                    if settings.domain == 'private' %}
                '{{ channel }}'{{ "," if not loop.last }}
                {%- endfor %}
            ) then 'private'
            else 'public'
        end as role_type,
        channel,
        happened_at

    from orders_begun

    union all

    select
        one_id,
        'public' as role_type,
        channel,
        happened_at

    from clicks_begun

),

first_of_role as (

    select *

    from begun

    qualify row_number() over (partition by one_id, role_type order by happened_at, channel) = 1

),

final as (

    select
        one_id,
        {%- for role in ['fan', 'customer', 'public', 'private'] %}
        max(case when role_type = '{{ role }}' then channel end) as {{ role }}_channel,
        max(case when role_type = '{{ role }}' then happened_at end) as {{ role }}_since_at
        {{- ',' if not loop.last }}
        {%- endfor %}

    from first_of_role

    group by one_id

)

select * from final
