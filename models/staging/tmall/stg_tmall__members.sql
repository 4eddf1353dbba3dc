{#
    Grain: one row per tmall_ouid_token: a buyer who joined the shop's programme (会员通).
    The token contains the shop. The highest version wins, as the platform documents.
#}
with

members as (

    select *

    from {{ source('tmall', 'members') }}

    {{ delivered() }}

),

renamed as (

    select
        -- ids
        {{ clean_text('shop_id') }} as shop_id,
        ouid as tmall_ouid_token,
        omid as tmall_omid_token,
        mobile as phone_token,
        outer_member_id as member_id_token,

        -- text
        {{ clean_text('level') }} as member_level,
        mobile_status as phone_status,

        -- numbers
        version,

        -- dates and timestamps
        dt as delivered_date,
        {{ epoch_to_utc('bind_time', 'ms') }} as bound_at

    from members

),

final as (

    select *

    from renamed

    qualify row_number() over (
        partition by tmall_ouid_token
        order by
            version desc, delivered_date desc,
            md5(concat_ws('|', phone_token, member_id_token, tmall_omid_token, member_level))
    ) = 1

)

select * from final
