{#
    Grain: one row per one_id that ever became a fan, a customer, or anyone in a public or private
    domain: the first moment of each, and the channel it happened in.
    fan: follower of an official account or WeCom contact. customer: paid order. private: member,
    fan, or order in a private channel of the channel map. public: order in a public channel, or a
    click that an ad platform forwarded. At one instant the channel's name decides.
#}
{%- set private_channels = [] %}
{%- for channel, settings in var('channel_map').items() if settings.domain == 'private' %}
    {%- do private_channels.append("'" ~ channel ~ "'") %}
{%- endfor %}
{%- set is_private = 'channel in (' ~ private_channels | join(', ') ~ ')' %}
{%- set is_private_order = "met_by = 'order' and " ~ is_private %}
{%- set roles = {
    'fan': "met_by = 'relation' and channel <> 'crm'",
    'customer': "met_by = 'order'",
    'public': "met_by <> 'relation' and not (" ~ is_private_order ~ ")",
    'private': "met_by = 'relation' or " ~ is_private_order,
} %}
with

purchases as (

    select * from {{ ref('int_lifecycle__purchases_sequenced') }}

),

touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

),

identifiers as (

    select * from {{ ref('bridge_customer_identifiers') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

relations as (
    {% for channel, model, token, moment, condition in [
        ('wechat_oa', 'stg_wechat_oa__follow_states', 'wx_openid_token', 'stated_at',
            'is_follower'),
        ('wecom', 'stg_wecom__follow_spells', 'wecom_external_userid_token', 'followed_at', 'true'),
        ('crm', 'stg_crm__member_versions', 'member_id_token', 'least(registered_at, updated_at)',
            'true'),
    ] %}
    select
        '{{ channel }}' as channel,
        {{ token }} as identifier_token,
        {{ moment }} as happened_at

    from {{ ref(model) }}

    where {{ condition }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

met as (

    select
        identifiers.one_id,
        'relation' as met_by,
        relations.channel,
        relations.happened_at

    from relations
    inner join identifiers
        on relations.identifier_token = identifiers.identifier_token
    cross join as_of

    where relations.happened_at < as_of.as_of_end_at

    union all

    select
        one_id,
        'order' as met_by,
        channel,
        paid_at as happened_at

    from purchases

    union all

    select
        one_id,
        'ad_click' as met_by,
        channel,
        touched_at as happened_at

    from touchpoints

    where touch_type = 'ad_click'
        and one_id is not null

),

first_met as (

    select
        one_id,
        met_by,
        channel,
        min(happened_at) as happened_at

    from met

    group by one_id, met_by, channel

),

first_of_role as (
    {% for role, condition in roles.items() %}
    select
        one_id,
        '{{ role }}' as role_type,
        channel,
        happened_at

    from first_met

    where {{ condition }}

    qualify row_number() over (partition by one_id order by happened_at, channel) = 1
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (

    select
        one_id,
        {%- for role in roles %}
        max(case when role_type = '{{ role }}' then channel end) as {{ role }}_channel,
        max(case when role_type = '{{ role }}' then happened_at end) as {{ role }}_since_at
        {{- ',' if not loop.last }}
        {%- endfor %}

    from first_of_role

    group by one_id

)

select * from final
