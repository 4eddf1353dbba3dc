{#
    Grain: one row per request_id.
    Forwarded clicks, feed `clicks`. A click may be forwarded twice; the first one delivered
    survives, so that a repeat never moves it to a later day.
    Surprise: a macro the platform could not fill (__IMEI__) is null.
#}
with

source as (

    select *

    from {{ source('ocean_engine', 'clicks') }}

    {{ delivered() }}

),

first_forward as (

    select *

    from source

    where {{ clean_text('request_id') }} is not null

    qualify row_number() over (
        partition by request_id
        order by
            dt asc,
            ts asc,
            promotion_id asc nulls last,
            campaign_id asc nulls last,
            advertiser_id asc nulls last,
            cid asc nulls last,
            oaid asc nulls last,
            imei asc nulls last,
            idfa asc nulls last,
            androidid asc nulls last,
            phone_sha256 asc nulls last,
            callback_param asc nulls last,
            os asc nulls last
    ) = 1

),

final as (

    select
        ---------- ids
        {{ clean_text('request_id') }} as click_id,
        {{ clean_text('callback_param') }} as callback_token,
        {{ clean_text('advertiser_id') }} as account_id,
        {{ clean_text('campaign_id') }} as campaign_id,
        {{ clean_text('promotion_id') }} as ad_id,
        {{ clean_text('cid') }} as creative_id,
        oaid as oaid_token,
        cast(null as string) as oaid_md5_token,
        idfa as idfa_token,
        imei as imei_md5_token,
        androidid as android_id_md5_token,
        phone_sha256 as phone_token,

        ---------- text
        case trim(os) when '0' then 'android' when '1' then 'ios' end as device_os,

        ---------- dates
        dt as delivered_date,

        ---------- timestamps
        {{ epoch_to_utc('ts', 'ms') }} as clicked_at

    from first_forward

)

select * from final
