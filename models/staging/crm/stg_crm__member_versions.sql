{#
    Grain: one row per member_id_token and updated_at: every state of a member that was delivered.
    Exists for the history of phones and levels; stg_crm__members is its newest row per member.
    Surprise: a state that was delivered twice with different content keeps the later delivery.
#}
with

members as (

    select *

    from {{ source('crm', 'members') }}

    {{ delivered() }}

),

renamed as (

    select
        -- ids
        member_id as member_id_token,
        phone as phone_token,
        card_no as card_no_token,
        wx_unionid as wx_unionid_token,
        {{ clean_text('register_store') }} as register_store_id,

        -- text
        {{ clean_text('brand') }} as brand,
        {{ clean_text('register_channel') }} as register_channel,
        {{ clean_text('level') }} as member_level,
        lower({{ clean_text('status') }}) as member_status,
        {{ clean_gender('gender') }} as gender,
        {{ clean_text('city') }} as city,
        phone_status,

        -- dates and timestamps
        birthday as birth_date,
        dt as delivered_date,
        {{ to_utc(clean_timestamp('register_time')) }} as registered_at,
        {{ to_utc('updated_at') }} as member_updated_at

    from members

),

final as (

    select
        member_id_token,
        phone_token,
        card_no_token,
        wx_unionid_token,
        register_store_id,
        brand,
        register_channel,
        member_level,
        member_status,
        gender,
        city,
        phone_status,
        birth_date,
        delivered_date,
        registered_at,
        member_updated_at as updated_at

    from renamed

    qualify row_number() over (
        partition by member_id_token, member_updated_at
        order by
            delivered_date desc,
            md5(concat_ws('|', phone_token, card_no_token, wx_unionid_token, member_level,
                member_status, gender, city, cast(birth_date as string)))
    ) = 1

)

select * from final
