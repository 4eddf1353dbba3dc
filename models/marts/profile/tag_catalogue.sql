{#
    Grain: one row per tag.
    The declaration of every tag as data, for the people who choose tags and for the app.
#}
with

declared as (

    select *

    from (
        values
        {%- for tag in tag_definitions() %}
        (
            '{{ tag.tag }}', '{{ tag.name_en }}', '{{ tag.name_zh }}', '{{ tag.owner }}',
            '{{ tag.definition }}', '{{ tag.window }}', '{{ tag.value_type }}'
        ){{ ',' if not loop.last }}
        {%- endfor %}
    ) as tags (tag, name_en, name_zh, tag_owner, definition, window_type, value_type)

),

final as (

    select
        cast(tag as string) as tag,
        cast(name_en as string) as name_en,
        cast(name_zh as string) as name_zh,
        cast(tag_owner as string) as tag_owner,
        cast(definition as string) as definition,
        cast(window_type as string) as window_type,
        cast(value_type as string) as value_type

    from declared

)

select * from final
