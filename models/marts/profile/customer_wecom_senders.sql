{#
    Grain: one row per wecom_external_userid_token that some member of staff has as a contact now.
    Who writes to the contact: of the staff who have it and were not blocked by it, the one who
    added it last; staff_id ascending where two did in the same second.
    Surprise: being deleted ends a relation for staff who learn it from a failed message too
    (suppression blocked), although the contact's newest delivery still lists them.
#}
with

relations as (

    select * from {{ ref('int_reach__addresses_known') }}

    where channel = 'wecom'

),

addresses as (

    select * from {{ ref('int_reach__addresses') }}

    where channel = 'wecom'

),

final as (

    select
        cast(relations.address_token as string) as wecom_external_userid_token,
        cast(relations.one_id as string) as one_id,
        cast(relations.sender as string) as staff_id,
        cast(relations.related_since_at as timestamp) as added_at,
        cast(
            count(*) over (partition by relations.address_token) as bigint
        ) as open_staff_count

    from relations
    inner join addresses
        on relations.one_id = addresses.one_id
        and relations.address_token = addresses.address_token
        and relations.sender = addresses.sender

    where addresses.suppression is null

    qualify row_number() over (
        partition by relations.address_token
        order by relations.related_since_at desc nulls last, relations.sender asc
    ) = 1

)

select * from final
