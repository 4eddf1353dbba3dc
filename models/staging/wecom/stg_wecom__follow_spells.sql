{#
    Grain: one row per corpid, external_userid, staff member and unbroken time of the relation.
    Exists for the history of contacts; stg_wecom__follows is the newest word per relation.
    Surprise: a delivery lists only the staff who have the contact then. So a relation ends on the
    day of the contact's first delivery without it, whenever the staff member was removed before.
#}
with

contacts as (

    select
        corpid,
        external_userid,
        dt,
        follow_user,
        dense_rank() over (partition by corpid, external_userid order by dt) as delivery_no

    from {{ source('wecom', 'contacts') }}

    {{ delivered() }}

),

deliveries as (

    select distinct
        corpid,
        external_userid,
        dt,
        delivery_no

    from contacts

),

staff_exploded as (

    {{ explode_json(
        'contacts',
        ['corpid', 'external_userid', 'dt', 'delivery_no'],
        'follow_user',
        ['userid', 'createtime']
    ) }}

),

relations as (

    select
        corpid,
        external_userid,
        userid,
        dt,
        delivery_no,
        min(cast(createtime as bigint)) as followed_s

    from staff_exploded

    where userid is not null

    group by corpid, external_userid, userid, dt, delivery_no

),

spells_numbered as (

    select
        *,
        delivery_no - row_number() over (
            partition by corpid, external_userid, userid, followed_s
            order by delivery_no
        ) as spell_key

    from relations

),

spells as (

    select
        corpid,
        external_userid,
        userid,
        followed_s,
        min(dt) as first_dt,
        max(delivery_no) as last_delivery_no

    from spells_numbered

    group by corpid, external_userid, userid, followed_s, spell_key

),

final as (

    select
        ---------- ids
        spells.external_userid as wecom_external_userid_token,
        spells.corpid,
        spells.userid as staff_id,

        ---------- dates
        deliveries.dt as ended_date,

        ---------- timestamps
        coalesce({{ epoch_to_utc('spells.followed_s', 's') }}, {{ to_utc('spells.first_dt') }})
            as followed_at

    from spells
    left join deliveries
        on spells.corpid = deliveries.corpid
        and spells.external_userid = deliveries.external_userid
        and spells.last_delivery_no + 1 = deliveries.delivery_no

)

select * from final
