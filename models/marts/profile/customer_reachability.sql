{#
    Grain: one row per one_id of dim_customers and channel of var reach_channels.
    Whether a marketing message of the whole group may and can be sent there on the as-of day, the one
    reason that decides, and the facts behind it. Rules: docs/reference/reachability.md.
    Surprise: a no to one brand closes it; what that means for a single brand is in
    customer_brand_reachability.
#}
with

judged as (

    select * from {{ ref('int_reach__people_judged') }}

    where brand = 'all'

),

final as (

    select
        one_id,
        channel,
        {{ reach_answer_columns() }}

    from judged

)

select * from final
