{#
    Grain: one row per refund (refund_id), its newest version.
    tid and oid arrive as integers in this API and as text in the trade API; both are text here.
#}
with

refunds as (

    select *

    from {{ source('tmall', 'refunds') }}

    {{ delivered() }}

),

newest_version as (

    select *

    from refunds

    qualify row_number() over (
        partition by refund_id
        order by modified desc, dt desc, status desc, refund_fee desc, oid desc
    ) = 1

),

final as (

    select
        -- ids
        refund_id as native_refund_id,
        tid as native_order_id,
        {{ clean_text('oid') }} as native_line_id,
        shop_id,
        ouid as tmall_ouid_token,

        -- text
        upper({{ clean_text('status') }}) as status,

        -- numbers
        refund_fee as refund_cny,

        -- dates and times
        dt as delivered_date,
        {{ to_utc('created', 'Asia/Shanghai') }} as created_at,
        {{ to_utc('modified', 'Asia/Shanghai') }} as modified_at

    from newest_version

)

select * from final
