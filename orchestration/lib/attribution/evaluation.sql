-- Per model and channel: orders the truth says were caused, what the model credits, and the credit
-- that reached the true channel on the orders that a touch really caused.
with

truth as (

    select
        order_id,
        case
            when causing_touch_type is null then '(unattributed)'
            when causing_touch_type in ('qr_scan', 'mp_visit') then 'qr'
            when causing_touch_type = 'coupon_received' then 'coupon'
            when causing_touch_type = 'splash_ad' then 'splash'
            else causing_channel
        end as channel

    from read_parquet($truth)

    where is_paid

),

credits as (

    select
        attribution.model,
        attribution.channel,
        truth.channel as true_channel,
        attribution.credit_ratio::double as credit_ratio

    from attribution.fct_attribution as attribution
    inner join truth
        on attribution.order_id = truth.order_id

    where attribution.booking_type = 'sale'

),

caused as (

    select
        channel,
        count(*) as orders

    from truth
    semi join (select distinct order_id from attribution.fct_attribution) as known
        on truth.order_id = known.order_id

    group by channel

),

credited as (

    select
        model,
        channel,
        sum(credit_ratio) as orders,
        coalesce(sum(credit_ratio) filter (where channel = true_channel), 0) as hits

    from credits

    group by model, channel

),

models as (

    select distinct model from credited

)

select
    models.model,
    channels.channel,
    coalesce(caused.orders, 0) as caused_orders,
    coalesce(credited.orders, 0) as credited_orders,
    coalesce(credited.hits, 0) as hits

from models
cross join (select channel from caused union select channel from credited) as channels
left join caused
    on channels.channel = caused.channel
left join credited
    on models.model = credited.model
    and channels.channel = credited.channel

order by models.model, channels.channel
