-- Failing means the revenue of a channel and day differs from the raw files by a fen or more.
-- The raw side is computed here a second time, without the models: the newest version per key,
-- paid trades only. It does not claim that the channel delivered everything.
{{ config(meta={'dagster': {'ref': {'name': 'fct_orders'}}}) }}

with

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

receipt_lines as (

    select
        business_date,
        max_by(
            case when coalesce(is_return, quantity < 0) then 0 else paid_fen end, dt
        ) as paid_fen

    from {{ source('pos', 'receipts') }}

    {{ delivered() }}
        and txn_time < (select {{ to_local('as_of_end_at') }} from as_of)

    group by store_id, terminal_id, business_date, receipt_no, line_no

),

pos_days as (

    select
        'pos' as channel,
        business_date,
        cast(sum(paid_fen) as decimal(38, 0)) as paid_fen

    from receipt_lines

    group by business_date

),

tmall_trades as (

    select
        max_by(payment, concat(cast(modified as string), cast(dt as string))) as payment,
        max_by(status, concat(cast(modified as string), cast(dt as string))) as status,
        max_by(
            coalesce(step_trade_status, ''), concat(cast(modified as string), cast(dt as string))
        ) as step_trade_status,
        max(pay_time) as pay_time

    from {{ source('tmall', 'orders') }}

    {{ delivered() }}

    group by tid

),

tmall_days as (

    select
        'tmall' as channel,
        {{ brand_date(to_utc('pay_time', 'Asia/Shanghai')) }} as business_date,
        cast(sum(payment) * 100 as decimal(38, 0)) as paid_fen

    from tmall_trades

    where pay_time >= timestamp '1970-01-03 00:00:00'
        and {{ to_utc('pay_time', 'Asia/Shanghai') }} < (select as_of_end_at from as_of)
        and status not in (
            'TRADE_NO_CREATE_PAY', 'WAIT_BUYER_PAY', 'PAY_PENDING', 'WAIT_PRE_AUTH_CONFIRM',
            'TRADE_CLOSED_BY_TAOBAO'
        )
        and step_trade_status not like '%FINAL_NOPAID'

    group by {{ brand_date(to_utc('pay_time', 'Asia/Shanghai')) }}

),

youzan_orders as (

    select
        max_by(payment, concat(cast(update_time as string), cast(dt as string))) as payment,
        max_by(status, concat(cast(update_time as string), cast(dt as string))) as status,
        max(pay_time) as pay_time

    from {{ source('youzan', 'orders') }}

    {{ delivered() }}

    group by tid

),

youzan_days as (

    select
        'youzan' as channel,
        {{ brand_date(to_utc('pay_time', 'Asia/Shanghai')) }} as business_date,
        cast(sum(payment) * 100 as decimal(38, 0)) as paid_fen

    from youzan_orders

    where pay_time >= timestamp '1970-01-03 00:00:00'
        and {{ to_utc('pay_time', 'Asia/Shanghai') }} < (select as_of_end_at from as_of)
        and status <> 'WAIT_BUYER_PAY'

    group by {{ brand_date(to_utc('pay_time', 'Asia/Shanghai')) }}

),

jd_orders as (

    select
        order_id,
        max(parent_order_id) as parent_order_id,
        max_by(order_payment, concat(cast(modified as string), cast(dt as string)))
            filter (where order_payment is not null) as payment,
        max_by(upper(order_state), concat(cast(modified as string), cast(dt as string))) as status,
        max_by(pay_type, concat(cast(modified as string), cast(dt as string)))
            filter (where pay_type is not null) as pay_type,
        max(order_start_time) as started,
        max(payment_confirm_time) filter (
            where payment_confirm_time >= timestamp '1970-01-03 00:00:00'
        ) as confirmed,
        max(coalesce(order_end_time, modified)) as ended

    from {{ source('jd', 'orders') }}

    {{ delivered() }}

    group by order_id

),

jd_paid as (

    select
        payment,
        coalesce(confirmed, case
            when pay_type = '1' and status in ('FINISHED_L', 'FINISH') then ended
            when coalesce(pay_type, '') <> '1'
                and (status like 'WAIT%' or status in ('FINISHED_L', 'FINISH')) then started
        end) as paid_time

    from jd_orders

    where order_id not in (
            select parent_order_id
            from jd_orders
            where parent_order_id not in ('0', order_id)
        )

),

jd_days as (

    select
        'jd' as channel,
        {{ brand_date(to_utc('paid_time', 'Asia/Shanghai')) }} as business_date,
        cast(sum(payment) * 100 as decimal(38, 0)) as paid_fen

    from jd_paid

    where {{ to_utc('paid_time', 'Asia/Shanghai') }} < (select as_of_end_at from as_of)

    group by {{ brand_date(to_utc('paid_time', 'Asia/Shanghai')) }}

),

douyin_orders as (

    select
        max_by(pay_amount, concat(cast(update_time as string), cast(dt as string))) as paid_fen,
        max_by(order_status, concat(cast(update_time as string), cast(dt as string))) as status,
        max_by(pay_type, concat(cast(update_time as string), cast(dt as string))) as pay_type,
        max(pay_time) as pay_time,
        max(finish_time) as finish_time,
        max(create_time) as create_time

    from {{ source('douyin', 'orders') }}

    {{ delivered() }}

    group by order_id

),

douyin_paid as (

    select
        paid_fen,
        case
            when pay_time > 0 and status <> '1' then pay_time
            when pay_type = '7' and status not in ('1', '4') then create_time
            when pay_type = '0' and status = '5' then finish_time
        end as paid_s

    from douyin_orders

),

douyin_days as (

    select
        'douyin' as channel,
        {{ brand_date(epoch_to_utc('paid_s', 's')) }} as business_date,
        cast(sum(paid_fen) as decimal(38, 0)) as paid_fen

    from douyin_paid

    where {{ epoch_to_utc('paid_s', 's') }} < (select as_of_end_at from as_of)

    group by {{ brand_date(epoch_to_utc('paid_s', 's')) }}

),

meituan_orders as (

    select
        max_by(paid_fen, dt) as paid_fen,
        max(ordered_at) as ordered_at,
        max(dt) filter (where lower(status) in ('paid', 'completed', 'refunded')) as sold_dt,
        coalesce(
            max(dt) filter (where lower(status) not in ('paid', 'completed', 'refunded')),
            date '1970-01-01'
        ) as other_dt

    from {{ source('meituan', 'orders') }}

    {{ delivered() }}

    group by order_id

),

meituan_days as (

    select
        'meituan' as channel,
        {{ brand_date(to_utc('ordered_at', 'Asia/Shanghai')) }} as business_date,
        cast(sum(paid_fen) as decimal(38, 0)) as paid_fen

    from meituan_orders

    where sold_dt > other_dt
        and {{ to_utc('ordered_at', 'Asia/Shanghai') }} < (select as_of_end_at from as_of)

    group by {{ brand_date(to_utc('ordered_at', 'Asia/Shanghai')) }}

),

raw_days as (

    select * from pos_days
    union all
    select * from tmall_days
    union all
    select * from youzan_days
    union all
    select * from jd_days
    union all
    select * from douyin_days
    union all
    select * from meituan_days

),

fact_days as (

    select
        channel,
        business_date,
        cast(sum(paid_cny) * 100 as decimal(38, 0)) as paid_fen

    from {{ ref('fct_orders') }}

    where channel in ('pos', 'tmall', 'youzan', 'jd', 'douyin', 'meituan')

    group by channel, business_date

)

select
    coalesce(raw_days.channel, fact_days.channel) as channel,
    coalesce(raw_days.business_date, fact_days.business_date) as business_date,
    raw_days.paid_fen as raw_paid_fen,
    fact_days.paid_fen as fact_paid_fen

from raw_days
full outer join fact_days
    on raw_days.channel = fact_days.channel
    and raw_days.business_date = fact_days.business_date

where coalesce(raw_days.paid_fen, 0) <> coalesce(fact_days.paid_fen, 0)
