{#
    Grain: one row per push about subscription messages and template in it (and MsgID of a send).
    What a person accepted or refused, and what was sent.
    Surprise: WeChat sends one template as an object and several as an array, and retries a push it
    believes lost; the copy delivered first survives.
#}
{%- set lists = {
    'popup_list': ['TemplateId', 'SubscribeStatusString'],
    'change_list': ['TemplateId', 'SubscribeStatusString'],
    'sent_list': ['TemplateId', 'MsgID', 'ErrorCode', 'ErrorStatus'],
} %}
with

source as (

    select
        appid,
        fromusername,
        createtime,
        lower(trim(event)) as event_type,
        popup_list,
        change_list,
        sent_list,
        dt

    from {{ source('miniprogram', 'subscriptions') }}

    {{ delivered() }}

),

{% for list, fields in lists.items() %}
{{ list }}_exploded as (

    {{ explode_json(
        'source', ['appid', 'fromusername', 'createtime', 'event_type', 'dt'], list, fields
    ) }}

),

{% endfor -%}
statements as (

    {%- for list in lists %}
    select
        appid,
        fromusername as wx_openid_token,
        createtime as created_s,
        event_type,
        templateid as template_code,
        {%- if list == 'sent_list' %}
        msgid as message_id,
        cast(null as string) as answer,
        trim(errorcode) as error_code,
        {%- else %}
        cast(null as string) as message_id,
        lower(trim(subscribestatusstring)) as answer,
        cast(null as string) as error_code,
        {%- endif %}
        dt as delivered_date

    from {{ list }}_exploded
    {% if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}

),

final as (

    select
        ---------- ids
        appid,
        wx_openid_token,
        template_code,
        message_id,

        ---------- text
        event_type,
        answer,
        error_code,

        ---------- numbers
        created_s,

        ---------- dates
        delivered_date,

        ---------- timestamps
        {{ epoch_to_utc('created_s', 's') }} as event_at

    from statements

    where template_code is not null

    qualify row_number() over (
        partition by appid, wx_openid_token, created_s, event_type, template_code, message_id
        order by delivered_date asc, answer asc nulls last, error_code asc nulls last
    ) = 1

)

select * from final
