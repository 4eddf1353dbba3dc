{#
    Grain: one row per corpid, external_userid and staff member.
    The relations of contacts with staff, ever delivered; the newest delivery of a relation wins.
    Surprise: a delivery lists only the staff who have the contact then, so a relation that is
    missing in the contact's newest delivery has ended and is not current.
#}
with

contacts as (

    select
        corpid,
        external_userid,
        unionid,
        dt,
        max(dt) over (partition by corpid, external_userid) as newest_dt,
        follow_user

    from {{ source('wecom', 'contacts') }}

    {{ delivered() }}

),

staff_exploded as (

    {{ explode_json(
        'contacts',
        ['corpid', 'external_userid', 'unionid', 'dt', 'newest_dt'],
        'follow_user',
        ['userid', 'createtime', 'state', 'add_way']
    ) }}

),

newest_of_relation as (

    select *

    from staff_exploded

    where userid is not null

    qualify row_number() over (
        partition by corpid, external_userid, userid
        order by
            dt desc,
            cast(createtime as bigint) desc nulls last,
            state asc nulls last,
            unionid asc nulls last,
            element_no asc
    ) = 1

),

final as (

    select
        ---------- ids
        external_userid as wecom_external_userid_token,
        unionid as wx_unionid_token,
        corpid,
        userid as staff_id,

        ---------- text
        -- State of the contact-me code: the brand's QR scene.
        {{ clean_text('state') }} as qr_scene,
        cast(add_way as integer) as add_way_code,

        ---------- numbers
        cast(createtime as bigint) as followed_s,

        ---------- booleans
        dt = newest_dt as is_current,

        ---------- dates
        dt as delivered_date,

        ---------- timestamps
        {{ epoch_to_utc('cast(createtime as bigint)', 's') }} as followed_at

    from newest_of_relation

)

select * from final
