{#
    What an SDK in the Sensors shape says about links, as a complete select with the columns of feed
    `identity_events`: track_id_bind is a bind, track_id_unbind an unbind.
    The best identifier on the event is the subject; every other one in `identities` is an object,
    so an event may give several rows. An event that names one identifier only says nothing.

    Args:
        channel: key of var channel_map; reads source('<channel>', 'events').
        account: columns that name the account, best first, as {type: SQL}.
        objects: columns of `identities`, as {type: SQL}.
#}
{% macro sdk_identity_events(channel, account, objects) -%}
with

events as (

    select
        *,
        {{ epoch_to_utc('time', 'ms') }} as occurred_at,
        case
            {%- for type, token in account.items() %}
            when {{ token }} is not null then '{{ type }}'
            {%- endfor %}
        end as subject_type,
        coalesce(
            {%- for token in account.values() %}
            {{ token }}{{ "," if not loop.last }}
            {%- endfor %}
        ) as subject_token

    from {{ source(channel, 'events') }}

    {{ delivered() }}
        and type in ('track_id_bind', 'track_id_unbind')

),

links as (

    {%- for type, token in objects.items() %}

    select
        type,
        subject_type,
        subject_token,
        '{{ type }}' as object_type,
        {{ token }} as object_token,
        dt as delivered_date,
        occurred_at

    from events
    {% if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

final as (

    select
        -- ids
        md5(concat_ws(
            '|', '{{ channel }}', type, subject_token, object_token, cast(occurred_at as string)
        )) as event_id,
        subject_token,
        object_token,
        cast(null as string) as new_object_token,

        -- text
        case type when 'track_id_unbind' then 'unbind' else 'bind' end as event,
        subject_type,
        object_type,

        -- dates and timestamps
        delivered_date,
        occurred_at

    from links

    where object_token is not null
        and subject_token <> object_token

    qualify row_number() over (
        partition by type, subject_token, object_token, occurred_at
        order by delivered_date asc
    ) = 1

)

select * from final
{%- endmacro %}
