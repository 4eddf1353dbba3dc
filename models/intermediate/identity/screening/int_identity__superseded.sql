{#
    Grain: one row per identifier_token that its issuer replaced by another one (a migrated openid,
    a merged account). It is the person's still, but no second value of its type.
#}
with

statements as (

    select * from {{ ref('int_identity__statements') }}

),

final as (

    select distinct identifier_token

    from statements

    where is_superseded

)

select * from final
