-- Grain: one row per stage on the earlier and on the later day.
with

spells as (

    select * from profile.customer_lifecycle_history

    where stage_kind = $kind

),

earlier as (

    select
        one_id,
        stage

    from spells

    where valid_from_date <= $from_date
        and coalesce(valid_to_date > $from_date, true)

),

later as (

    select
        one_id,
        stage

    from spells

    where valid_from_date <= $to_date
        and coalesce(valid_to_date > $to_date, true)

)

select
    coalesce(earlier.stage, 'none') as from_stage,
    later.stage as to_stage,
    count(*) as people

from later
left join earlier
    on later.one_id = earlier.one_id

group by all

order by all
