{#
    Grain: one row per strong identifier_token seen with more people than its type allows.
    People are counted as distinct values of another strong type on the same records. A value of
    a unique type is a person each: a phone that two member ids verified joins neither. Values of
    a type a person may have several of prove a crowd only at identity_crowd_factor times what a
    person may have (a cashier's phone behind thousands of openids); up to there the component is
    cut at its weakest links instead.
#}
with

observations as (

    select * from {{ ref('int_identity__observations_live') }}

    where identifier_class in ('unique', 'many')

),

blocked as (

    select identifier_token from {{ ref('int_identity__blocked_by_list') }}

),

superseded as (

    select identifier_token from {{ ref('int_identity__superseded') }}

),

identifier_types as (

    select * from {{ ref('identifier_types') }}

),

allowed as (

    select distinct
        observations.record_group,
        observations.identifier_token,
        observations.identifier_type,
        observations.identifier_scope

    from observations
    left join blocked
        on observations.identifier_token = blocked.identifier_token

    where blocked.identifier_token is null

),

anchors as (

    select allowed.*

    from allowed
    left join superseded
        on allowed.identifier_token = superseded.identifier_token

    where superseded.identifier_token is null

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

    having count(distinct anchors.identifier_token) > 1

),

final as (

    select
        people.identifier_token,
        'all' as blocked_use,
        min(concat('too_many_people:', people.anchor_type)) as reason,
        max(people.people) as person_count

    from people_counted as people
    inner join identifier_types as rules
        on people.identifier_type = rules.identifier_type
    inner join identifier_types as anchor_rules
        on people.anchor_type = anchor_rules.identifier_type

    where people.people
        > rules.max_people_per_value
        * anchor_rules.max_values_per_person
        * case
            when anchor_rules.identifier_class = 'unique' then 1
            else {{ var('identity_crowd_factor') }}
        end

    group by people.identifier_token

)

select * from final
