{#
    Grain: one row per corpid and external_userid.
    External contacts of the staff as last delivered; who added whom is stg_wecom__follows.
#}
with

source as (

    select *

    from {{ source('wecom', 'contacts') }}

    {{ delivered() }}

),

newest_delivery as (

    select *

    from source

    qualify row_number() over (
        partition by corpid, external_userid
        order by
            dt desc,
            unionid asc nulls last,
            gender desc nulls last,
            contact_type asc nulls last,
            follow_user desc
    ) = 1

),

final as (

    select
        ---------- ids
        external_userid as wecom_external_userid_token,
        unionid as wx_unionid_token,
        corpid,

        ---------- text
        case gender when 1 then 'M' when 2 then 'F' end as gender,
        follow_user,

        ---------- booleans
        contact_type = 1 as is_wechat_user,

        ---------- dates
        dt as delivered_date

    from newest_delivery

)

select * from final
