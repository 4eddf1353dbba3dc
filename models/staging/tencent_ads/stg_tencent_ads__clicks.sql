{#
    Grain: one row per click_id.
    Forwarded clicks, feed `clicks`. A click may be forwarded twice; the first one delivered
    survives, so that a repeat never moves it to a later day.
    Surprise: a macro the platform could not fill (__OAID__) is null.
#}
with

source as (

    select *

    from {{ source('tencent_ads', 'clicks') }}

    {{ delivered() }}

),

first_forward as (

    select *

    from source

    where {{ clean_text('click_id') }} is not null

    qualify row_number() over (
        partition by click_id
        order by
            dt asc,
            click_time asc,
            ad_id asc nulls last,
            campaign_id asc nulls last,
            account_id asc nulls last,
            adgroup_id asc nulls last,
            oaid asc nulls last,
            hash_oaid asc nulls last,
            muid asc nulls last,
            hash_android_id asc nulls last,
            hash_phone asc nulls last,
            callback asc nulls last,
            page_url asc nulls last,
            device_os_type asc nulls last
    ) = 1

),

final as (

    select
        ---------- ids
        {{ clean_text('click_id') }} as click_id,
        {{ clean_text('callback') }} as callback_token,
        {{ clean_text('account_id') }} as account_id,
        {{ clean_text('campaign_id') }} as campaign_id,
        {{ clean_text('adgroup_id') }} as adgroup_id,
        {{ clean_text('ad_id') }} as ad_id,
        oaid as oaid_token,
        hash_oaid as oaid_md5_token,
        cast(null as string) as idfa_token,
        muid as imei_md5_token,
        hash_android_id as android_id_md5_token,
        hash_phone as phone_token,

        ---------- text
        lower({{ clean_text('device_os_type') }}) as device_os,
        {{ clean_text('page_url') }} as landing_url,

        ---------- dates
        dt as delivered_date,

        ---------- timestamps
        {{ epoch_to_utc('click_time', 's') }} as clicked_at

    from first_forward

)

select * from final
