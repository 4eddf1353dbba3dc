{#
    Grain: one row per one_id and category whose products say how long they last.
    due_date is when what was bought last of the category is used up: the latest of paid day +
    repurchase_cycle_days over the kept orders. replenishment_state: upcoming, due (from
    replenishment_lead_days before to replenishment_window_days after due_date) or missed.
    Surprise: the quantity does not matter; two packs may be for two people.
#}
{%- set lead = definition('replenishment_lead_days', 0, 365) %}
{%- set window = definition('replenishment_window_days', 0, 365) %}
with

lines as (

    select *

    from {{ ref('int_profile__lines_described') }}

    where category is not null
        and repurchase_cycle_days > 0
        and is_kept

),

categories as (

    select
        one_id,
        category,
        max(paid_date) as last_bought_date,
        max(paid_date + repurchase_cycle_days) as due_date,
        max(as_of_date) as as_of_date

    from lines

    group by one_id, category

),

final as (

    select
        one_id,
        category,
        case
            when {{ days_between('as_of_date', 'due_date') }} > {{ lead }} then 'upcoming'
            when {{ days_between('due_date', 'as_of_date') }} > {{ window }} then 'missed'
            else 'due'
        end as replenishment_state,
        last_bought_date,
        due_date

    from categories

)

select * from final
