{#
    Grain: one row per event of a coupon (coupon_code, event, event_time).
    The member system exports in overlapping windows; the newest delivery of an event wins.
    stated_order_id is the channel's own order id; which channel's, is found out downstream.
#}
with

coupons as (

    select *

    from {{ source('crm', 'coupons') }}

    {{ delivered() }}

),

newest_delivered as (

    select *

    from coupons

    qualify row_number() over (
        partition by coupon_code, event, event_time
        order by
            dt desc, order_id desc, store_id desc, amount_fen desc, member_id desc,
            wx_openid desc, campaign_id desc, channel desc
    ) = 1

),

final as (

    select
        -- ids
        coupon_code,
        {{ clean_text('template_id') }} as template_id,
        {{ clean_text('campaign_id') }} as campaign_id,
        {{ clean_text('order_id') }} as stated_order_id,
        {{ clean_text('store_id') }} as store_id,
        member_id as member_id_token,
        wx_openid as wx_openid_token,

        -- text
        lower({{ clean_text('channel') }}) as channel,
        lower(trim(event)) as event_type,

        -- numbers
        {{ fen_to_cny('amount_fen') }} as amount_cny,
        discount_pct,

        -- dates and times
        dt as delivered_date,
        {{ to_utc('event_time') }} as event_at,
        {{ to_utc(clean_timestamp('expire_at')) }} as expires_at

    from newest_delivered

)

select * from final
