{#
    Grain: one row per forwarded ad click.
    Whose click it was: the person who logged in with its click id, else the person of the hashed
    phone on it, else of a device id. match_type says which; a click that names nobody is kept
    without one_id.
    Surprise: a landing link may be shared, so only the first login with a click id counts.
#}
{%- set device_types = ['oaid', 'oaid_md5', 'idfa', 'imei_md5', 'android_id_md5'] %}
with

clicks as (

    {{ union_feed('clicks') }}

),

logins as (

    {{ union_feed('logins') }}

),

resolution as (

    select *

    from {{ ref('int_identity__resolution') }}

    where is_verified

),

device_resolution as (

    select resolution.*

    from resolution
    inner join {{ ref('bridge_customer_identifiers') }} as bridge
        on resolution.identifier_token = bridge.identifier_token

    where bridge.identifier_type in (
        {%- for type in device_types %}
        '{{ type }}'{{ "," if not loop.last }}
        {%- endfor %}
    )

),

first_logins as (

    select *

    from logins

    where click_id is not null

    qualify row_number() over (
        partition by click_platform, click_id order by login_at, channel, login_key
    ) = 1

),

login_people as (

    select
        first_logins.click_platform,
        first_logins.click_id,
        coalesce(best.one_id, fallback.one_id) as one_id

    from first_logins
    left join resolution as best
        on first_logins.identifier_token = best.identifier_token
        and {{ resolved_at('best', 'first_logins.login_at') }}
    left join resolution as fallback
        on first_logins.fallback_token = fallback.identifier_token
        and {{ resolved_at('fallback', 'first_logins.login_at') }}

),

clicks_joined as (

    select
        clicks.*,
        login_people.one_id as login_one_id,
        phone_people.one_id as phone_one_id,
        coalesce(
            {%- for type in device_types %}
            {{ type }}_people.one_id{{ "," if not loop.last }}
            {%- endfor %}
        ) as device_one_id

    from clicks
    left join login_people
        on clicks.channel = login_people.click_platform
        and clicks.click_id = login_people.click_id
    left join resolution as phone_people
        on clicks.phone_token = phone_people.identifier_token
        and {{ resolved_at('phone_people', 'clicks.clicked_at') }}
    {%- for type in device_types %}
    left join device_resolution as {{ type }}_people
        on clicks.{{ type }}_token = {{ type }}_people.identifier_token
        and {{ resolved_at(type ~ '_people', 'clicks.clicked_at') }}
    {%- endfor %}

),

final as (

    select
        ---------- ids
        channel,
        click_id,
        coalesce(login_one_id, phone_one_id, device_one_id) as one_id,
        account_id,
        campaign_id,
        ad_id,

        ---------- text
        case
            when login_one_id is not null then 'login'
            when phone_one_id is not null then 'phone'
            when device_one_id is not null then 'device'
        end as match_type,

        ---------- timestamps
        clicked_at

    from clicks_joined

)

select * from final
