{#
    Grain: one row per one_id that said something to one brand, and brand of the group: for whom a
    list of one brand and a list of another may need different answers. Everybody else is answered
    for by what they said to the group.
    Surprise: a brand that a person said nothing to is there as well, because what was said to
    its sister closes the group's lists (brand `all`) and must not close this brand's.
#}
with

consents as (

    select * from {{ ref('int_consent__people_resolved') }}

    where brand <> 'all'

),

brands as (

    select brand from {{ ref('dim_stores') }}

    where brand is not null

    union distinct

    select brand from {{ ref('fct_orders') }}

    where brand is not null

    union distinct

    select brand from consents

    union distinct

    select '{{ var("default_brand") }}' as brand

),

people as (

    select distinct one_id from consents

),

final as (

    select
        people.one_id,
        brands.brand

    from people
    cross join brands

)

select * from final
