-- Failing means that a seed of attribution has a row twice, a lookback nobody meant, a scene of an
-- unknown kind, or that a touch type that is no visit has no kind (it would count as `other`).
-- Warns only: rows twice also break the keys of int_attribution__touches, which stops the publish.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'int_attribution__touches'}}}) }}

with

touch_kinds as (

    select * from {{ ref('touch_kinds') }}

),

problems as (

    select
        touch_kind as key,
        'touch_kinds: twice, or lookback_days not 0 to 365' as problem

    from touch_kinds

    group by touch_kind

    having count(*) > 1
        or not coalesce(min(lookback_days) >= 0 and max(lookback_days) <= 365, false)

    union all

    select
        scenes.scene as key,
        'visit_scenes: twice, or its touch_kind is unknown' as problem

    from {{ ref('visit_scenes') }} as scenes
    left join touch_kinds
        on scenes.touch_kind = touch_kinds.touch_kind

    group by scenes.scene

    having count(*) > 1
        or count(touch_kinds.touch_kind) = 0

    union all

    select
        channel as key,
        'attribution_channels: twice' as problem

    from {{ ref('attribution_channels') }}

    group by channel

    having count(*) > 1

    union all

    select
        touch_types.touch_type as key,
        'touch_kinds: no row for the touch type' as problem

    from {{ ref('touch_types') }} as touch_types
    left join touch_kinds
        on touch_types.touch_type = touch_kinds.touch_kind

    where touch_kinds.touch_kind is null
        and touch_types.touch_type not like '%_visit'

)

select * from problems
