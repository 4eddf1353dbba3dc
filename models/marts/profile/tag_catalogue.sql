{#
    Grain: one row per tag.
    The declaration of every tag as data, for the people who choose tags and for the app.
#}
with

declared as (
    {% for tag in tag_definitions() %}
    select
        '{{ tag.tag }}' as tag,
        '{{ tag.name_en }}' as name_en,
        '{{ tag.name_zh }}' as name_zh,
        '{{ tag.owner }}' as tag_owner,
        '{{ tag.definition }}' as definition,
        '{{ tag.window }}' as window_type,
        '{{ tag.value_type }}' as value_type
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
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
