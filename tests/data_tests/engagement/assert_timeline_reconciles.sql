-- Failing means core.customer_timeline lost, invented or doubled events of a source: each row is a
-- source with its own count of events of known persons and that of the timeline. Pages are counted
-- over var timeline_page_days only. It does not claim that an event names the right person.
{{ config(meta={'dagster': {'ref': {'name': 'customer_timeline'}}}) }}
{%- set facts = {
    'fct_orders': ['paid_at', 'true'],
    'fct_refunds': ['coalesce(refunded_at, requested_at)', 'true'],
    'fct_touchpoints': ['touched_at', "source_entity not in ('messages', 'coupons')"],
    'fct_messages': ['sent_at', 'true'],
    'fct_points': ['occurred_at', 'true'],
} %}
{%- set coupon_times = [
    'received_at', 'redeemed_at', 'cancelled_at', 'expired_at', 'gifted_at', 'voided_at'
] %}

with

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

owned_tokens as (

    select distinct identifier_token

    from {{ ref('int_identity__resolution') }}

    where is_verified

),

expected as (

    {% for fact, rule in facts.items() %}
    select
        'core.{{ fact }}' as source_table,
        count(*) as event_count

    from {{ ref(fact) }}
    cross join as_of

    where one_id is not null
        and {{ rule[0] }} < as_of.as_of_end_at
        and {{ rule[1] }}

    union all
    {% endfor %}
    {%- for column in coupon_times %}
    select
        'core.fct_coupons' as source_table,
        count(*) as event_count

    from {{ ref('fct_coupons') }}
    cross join as_of

    where one_id is not null
        and {{ column }} < as_of.as_of_end_at

    union all
    {% endfor %}

    select
        signals.source_table,
        count(*) as event_count

    from {{ ref('int_timeline__signals') }} as signals
    cross join as_of
    left join owned_tokens as best
        on signals.identifier_token = best.identifier_token
    left join owned_tokens as fallback
        on signals.fallback_token = fallback.identifier_token

    where signals.occurred_at < as_of.as_of_end_at
        and coalesce(best.identifier_token, fallback.identifier_token) is not null

    group by signals.source_table

),

expected_summed as (

    select
        source_table,
        cast(sum(event_count) as bigint) as event_count

    from expected

    group by source_table

),

found as (

    select
        source_table,
        count(*) as event_count

    from {{ ref('customer_timeline') }}

    where source_table <> 'core.identity_aliases'

    group by source_table

)

select
    coalesce(expected_summed.source_table, found.source_table) as source_table,
    expected_summed.event_count as expected_count,
    found.event_count as found_count

from expected_summed
full outer join found
    on expected_summed.source_table = found.source_table

where coalesce(expected_summed.event_count, 0) <> coalesce(found.event_count, 0)
