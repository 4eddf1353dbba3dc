{#
    Grain: one row per one_id, stage_kind and valid_from_date: an unbroken spell in one stage.
    The history of every day without a row per day: the stage at the end of day D is the row with
    valid_from_date <= D and (valid_to_date is null or valid_to_date > D).
    Surprise: nothing is stored from run to run. The spells follow from what is known on the as-of
    day, so a late delivery or a merged person also corrects the days before it.
#}
with

lifecycle as (

    select * from {{ ref('int_lifecycle__stages_dated') }}

    where scope = ''

),

aipl as (

    select * from {{ ref('int_lifecycle__aipl_dated') }}

),

lifecycle_in_4_states as (

    select
        one_id,
        {{ lifecycle_in_4_states('stage') }} as stage,
        {{ lifecycle_in_4_states('previous_stage') }} as previous_stage,
        reason,
        valid_from_date

    from lifecycle

),

spells as (

    select
        one_id,
        'lifecycle' as stage_kind,
        stage,
        reason,
        valid_from_date,
        valid_to_date

    from lifecycle

    union all

    select
        one_id,
        'lifecycle_4' as stage_kind,
        stage,
        reason,
        valid_from_date,
        lead(valid_from_date) over (partition by one_id order by valid_from_date) as valid_to_date

    from lifecycle_in_4_states

    where stage is distinct from previous_stage

    union all

    select
        one_id,
        'aipl' as stage_kind,
        stage,
        reason,
        valid_from_date,
        valid_to_date

    from aipl

),

final as (

    select
        cast(one_id as string) as one_id,
        cast(stage_kind as string) as stage_kind,
        cast(stage as string) as stage,
        cast(reason as string) as reason,
        cast(valid_from_date as date) as valid_from_date,
        cast(valid_to_date as date) as valid_to_date

    from spells

)

select * from final
