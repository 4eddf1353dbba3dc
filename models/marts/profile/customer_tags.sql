{#
    Grain: one row per one_id, tag and value that holds on the as-of day.
    The long form of customer_360, and the tags that may hold several values at once; each tag is
    declared once, in macros/profile/tag_declarations.sql.
    Surprise: no row means the tag does not hold or is not known; a false boolean and a zero count
    are not written.
#}
{%- set conditions = {
    'boolean': '', 'number': ' <> 0', 'text': ' is not null', 'date': ' is not null'
} %}

with

customers as (

    select * from {{ ref('customer_360') }}

),

tagged as (
    {% for tag in tag_definitions() if tag.column %}
    select
        one_id,
        '{{ tag.tag }}' as tag,
        {{ "'true'" if tag.value_type == 'boolean' else 'cast(' ~ tag.column ~ ' as string)' }}
            as value,
        {{ tag.valid_from }} as valid_from

    from customers

    where {{ tag.column }}{{ conditions[tag.value_type] }}

    union all
    {%- endfor %}

    select * from {{ ref('int_profile__tags_of_many') }}

),

final as (

    select
        cast(one_id as string) as one_id,
        cast(tag as string) as tag,
        cast(value as string) as value,
        cast(valid_from as date) as valid_from

    from tagged

)

select * from final
