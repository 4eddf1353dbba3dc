{#
    Grain: one row per out_id and report time.
    Delivery receipts. They come before the send record, twice, or never; of two that contradict
    each other at the same instant the delivered one survives.
#}
with

source as (

    select *

    from {{ source('sms', 'receipts') }}

    {{ delivered() }}

),

deciding_copy as (

    select *

    from source

    qualify row_number() over (
        partition by out_id, report_time
        order by
            case when success then 1 else 2 end,
            dt desc,
            err_code asc nulls last,
            phone asc nulls last
    ) = 1

),

final as (

    select
        ---------- ids
        out_id as native_message_id,
        phone as phone_token,

        ---------- text
        {{ clean_text('err_code') }} as error_code,

        ---------- booleans
        success as is_delivered,

        ---------- dates
        dt as delivered_date,

        ---------- timestamps
        {{ to_utc('report_time', 'Asia/Shanghai') }} as reported_at

    from deciding_copy

)

select * from final
