{#
    Grain: one row per one_id and attribute (gender, birth_year, home_city): the surviving value.
    Survivorship: the best source wins (source_priority), within it the value with most support,
    then the newest; selection_reason names the rule that decided.
#}
with

candidates as (

    select * from {{ ref('int_profile__attribute_candidates') }}

),

final as (

    select
        one_id,
        attribute,
        attribute_value,
        attribute_detail,
        attribute_source,
        case attribute_source
            when 'crm_member' then 'newest CRM member row that states it'
            when 'wecom_contact' then 'no CRM value: newest WeCom contact that states it'
            when 'delivery_address' then 'no CRM value: receiver city of the newest order'
            when 'store_visits' then 'no CRM value, no delivery: city of the most visited store'
        end as selection_reason,
        source_priority,
        support_count,
        count(*) over (partition by one_id, attribute) as candidate_count,
        observed_at

    from candidates

    qualify row_number() over (
        partition by one_id, attribute
        order by
            source_priority asc, support_count desc, observed_at desc nulls last,
            attribute_value asc
    ) = 1

)

select * from final
