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
        {%- set listed = tag.get('values') %}
        (
            {{ sql_text(tag.tag) }}, {{ sql_text(tag.name_en) }}, {{ sql_text(tag.name_zh) }},
            {{ sql_text(tag.owner) }},
            {{ sql_text(tag.definition_en) }},
            {{ sql_text(tag.definition_zh) }},
            {{ sql_text(tag.window) }}, {{ sql_text(tag.value_type) }},
            {{ sql_text(listed if listed is string else none) }},
            {{ sql_text(none if listed is string or not listed else listed | join(', ')) }},
            {{ sql_text(tag.get('unit')) }}, {{ sql_text(tag.get('column')) }},
            {{ sql_text(tag.valid_from) }}, {{ sql_text(tag.fresh_as | join(', ')) }}
        ){{ ',' if not loop.last }}
        {%- endfor %}
    ) as tags (
        tag, name_en, name_zh, tag_owner, definition, definition_zh, window_type, value_type,
        values_from, allowed_values, unit, wide_column, valid_from_column, fresh_as
    )

),

final as (

    select
        cast(tag as string) as tag,
        cast(name_en as string) as name_en,
        cast(name_zh as string) as name_zh,
        cast(tag_owner as string) as tag_owner,
        cast(definition as string) as definition,
        cast(definition_zh as string) as definition_zh,
        cast(window_type as string) as window_type,
        cast(value_type as string) as value_type,
        cast(allowed_values as string) as allowed_values,
        cast(values_from as string) as values_from,
        cast(unit as string) as unit,
        cast(wide_column as string) as wide_column,
        cast(valid_from_column as string) as valid_from_column,
        cast(fresh_as as string) as fresh_as

    from declared

)

select * from final
