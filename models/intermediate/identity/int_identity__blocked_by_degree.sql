{#
    Grain: one row per strong identifier_token seen with more people than its type allows.
    People are counted as distinct values of a unique type on the same records: a phone two
    member ids verified (a recycled number) or an openid of two unionids joins neither.
    A type that a person may have twice (two WeChats) raises the limit by that factor.
#}
with

observations as (

    select * from {{ ref('int_identity__observations') }}

    where identifier_class in ('unique', 'many')

),

blocked as (

    select identifier_token from {{ ref('int_identity__blocked_by_list') }}

),

identifier_types as (

    select * from {{ ref('identifier_types') }}

),

allowed as (

    select observations.*

    from observations
    left join blocked
        on observations.identifier_token = blocked.identifier_token

    where blocked.identifier_token is null

),

anchors as (

    select distinct
record_group,
identifier_type,
identifier_scope,
identifier_token

    from allowed

    where identifier_class = 'unique'

),

people_counted as (

    select
        allowed.identifier_token,
        allowed.identifier_type,
        anchors.identifier_type as anchor_type,
        count(distinct anchors.identifier_token) as people

    from allowed
    inner join anchors
        on allowed.record_group = anchors.record_group

    where allowed.identifier_type <> anchors.identifier_type

    group by
        allowed.identifier_token,
        allowed.identifier_type,
        anchors.identifier_type,
        anchors.identifier_scope

),

final as (

    select
        people.identifier_token,
        'all' as blocked_use,
        min(concat('too_many_people:', people.anchor_type)) as reason

    from people_counted as people
    inner join identifier_types as rules
        on people.identifier_type = rules.identifier_type
    inner join identifier_types as anchor_rules
        on people.anchor_type = anchor_rules.identifier_type

    where people.people > rules.max_people_per_value * anchor_rules.max_values_per_person

    group by people.identifier_token

)

select * from final
