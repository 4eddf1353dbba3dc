{#
    Grain: one row per one_id with a category to replenish next.
    Of the categories that are not missed yet the one that is due first; at the same day the name
    decides.
    A view: customer_360 reads it.
#}
{{ config(materialized='view') }}
with

replenishments as (

    select * from {{ ref('int_profile__replenishments') }}

),

final as (

    select
        one_id,
        category as replenishment_category,
        replenishment_state,
        due_date as replenishment_due_date

    from replenishments

    where replenishment_state <> 'missed'

    qualify row_number() over (
        partition by one_id
        order by due_date asc, category asc
    ) = 1

)

select * from final
