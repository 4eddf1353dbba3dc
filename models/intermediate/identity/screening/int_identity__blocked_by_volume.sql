{#
    Grain: one row per identifier_token that staff typed on more orders than a person makes.
    A store's own phone stands on receipts of many strangers: what gives it away is volume.
    Both limits of seeds/identity/identifier_types.csv must be passed (orders, orders a day), so
    neither a long-time regular nor a busy first week is blocked. Only the unverified use is.
#}
with

orders as (

    select * from {{ ref('int_sales__orders_unioned') }}

    where unverified_token is not null

),

identifier_types as (

    select * from {{ ref('identifier_types') }}

    where max_orders_per_value is not null

),

unverified_types as (

    select distinct
        identifier_token,
        concat(identifier_type, '_unverified') as rule_type

    from {{ ref('int_identity__observations') }}

    where not is_verified

),

orders_counted as (

    select
        unverified_token as identifier_token,
        count(*) as order_count,
        {{ days_between('min(ordered_at)', 'max(ordered_at)') }} + 1 as day_count

    from orders

    group by unverified_token

),

final as (

    select
        counted.identifier_token,
        'unverified' as blocked_use,
        'too_many_orders' as reason,
        cast(null as bigint) as person_count

    from orders_counted as counted
    inner join unverified_types
        on counted.identifier_token = unverified_types.identifier_token
    inner join identifier_types as rules
        on unverified_types.rule_type = rules.identifier_type

    where counted.order_count > rules.max_orders_per_value
        and counted.order_count > rules.max_orders_per_day * counted.day_count

)

select * from final
