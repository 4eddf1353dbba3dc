{#
    Grain: one row per one_id, brand and channel, for people who said something to one brand of the
    group: the answer for a list of that brand. Whoever has no row here is answered for by
    customer_reachability.
#}
with

judged as (

    select * from {{ ref('int_reach__people_judged') }}

    where brand <> 'all'

),

final as (

    select
        one_id,
        brand,
        channel,
        {{ reach_answer_columns() }}

    from judged

)

select * from final
