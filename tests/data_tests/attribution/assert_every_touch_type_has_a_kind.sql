-- Failing means that seed touch_types has a type that is no visit and that seed touch_kinds does
-- not describe (its touches would count as `other`), or that a kind has a lookback nobody meant.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'int_attribution__touches'}}}) }}

select
    touch_types.touch_type,
    'no row in seed touch_kinds' as problem

from {{ ref('touch_types') }} as touch_types
left join {{ ref('touch_kinds') }} as touch_kinds
    on touch_types.touch_type = touch_kinds.touch_kind

where touch_kinds.touch_kind is null
    and touch_types.touch_type not like '%_visit'

union all

select
    touch_kind as touch_type,
    'lookback_days must be 0 to 365' as problem

from {{ ref('touch_kinds') }}

where lookback_days is null
    or lookback_days not between 0 and 365
