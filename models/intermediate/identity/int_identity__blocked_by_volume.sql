{#
    Grain: one row per identifier_token whose unverified use is more frequent than a person's.
    A store's own phone stands on receipts of many strangers: what gives it away is volume.
    Both limits of seeds/identity/identifier_types.csv must be passed (records, records a day), so
    neither a long-time regular nor one large basket is blocked. Only the unverified use is.
#}
with

observations as (

    select * from {{ ref('int_identity__observations') }}

    where not is_verified

),

identifier_types as (

    select * from {{ ref('identifier_types') }}

    where max_records_per_value is not null

),

uses_counted as (

    select
        identifier_token,
        identifier_type,
        sum(record_count) as record_count,
        {{ days_between('min(first_observed_at)', 'max(last_observed_at)') }} + 1 as day_count

    from observations

    group by identifier_token, identifier_type

),

final as (

    select
        uses.identifier_token,
        'unverified' as blocked_use,
        'too_many_records' as reason

    from uses_counted as uses
    inner join identifier_types as rules
        on concat(uses.identifier_type, '_unverified') = rules.identifier_type

    where uses.record_count > rules.max_records_per_value
        and uses.record_count > rules.max_records_per_day * uses.day_count

)

select * from final
