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

raw_days as (

    select * from pos_days
    union all
    select * from tmall_days
    union all
    select * from youzan_days

),

fact_days as (

    select
        channel,
        business_date,
        cast(sum(paid_cny) * 100 as decimal(38, 0)) as paid_fen

    from {{ ref('fct_orders') }}

    where channel in ('pos', 'tmall', 'youzan')

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
