{#
    Grain: one row per one_id of dim_customers.
    AIPL: the highest stage whose condition holds on the as-of day (loyal, purchase, interest,
    aware). Every known person is at least aware.
    Surprise: purchase never expires, interest does; a standing relation (member, follower, WeCom
    contact) is interest as long as it lasts.
#}
{%- set interest_days = definition('aipl_interest_days', 1, 3650) %}
{%- set loyal_days = definition('aipl_loyal_days', 1, 3650) %}
{%- set loyal_orders = definition('aipl_loyal_min_orders', 1, 1000) %}

with

customers as (

    select * from {{ ref('dim_customers') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

purchases as (

    select * from {{ ref('int_lifecycle__purchases_sequenced') }}

),

activity as (

    select * from {{ ref('int_engagement__activity') }}

),

purchases_counted as (

    select
        one_id,
        count(*) as order_count,
        count(*) filter (
            where is_kept and {{ days_between('paid_date', 'as_of_date') }} < {{ loyal_days }}
        ) as recent_kept_order_count

    from purchases

    group by one_id

),

interest_counted as (

    select
        activity.one_id,
        count(*) as recent_interest_days,
        max(activity.activity_date) as last_interest_date

    from activity
    cross join as_of

    where activity.activity_type = 'interest'
        and activity.one_id is not null
        and activity.activity_date <= as_of.as_of_date
        and {{ days_between('activity.activity_date', 'as_of.as_of_date') }} < {{ interest_days }}

    group by activity.one_id

),

final as (

    select
        customers.one_id,
        case
            when purchases_counted.recent_kept_order_count >= {{ loyal_orders }} then 'loyal'
            when purchases_counted.order_count > 0 then 'purchase'
            when interest_counted.one_id is not null then 'interest'
            when customers.is_member or customers.is_oa_follower or customers.is_wecom_contact
                then 'interest'
            else 'aware'
        end as aipl_stage,
        coalesce(purchases_counted.recent_kept_order_count, 0) as recent_kept_order_count,
        coalesce(interest_counted.recent_interest_days, 0) as recent_interest_days,
        interest_counted.last_interest_date

    from customers
    left join purchases_counted
        on customers.one_id = purchases_counted.one_id
    left join interest_counted
        on customers.one_id = interest_counted.one_id

)

select * from final
