{# Gender as male, female or null, from the codes channels use (M/F, 男/女, 1/2 of WeChat). #}
{% macro clean_gender(column) -%}
    case
        when lower(trim(cast({{ column }} as string))) in ('m', 'male', '男', '1') then 'male'
        when lower(trim(cast({{ column }} as string))) in ('f', 'female', '女', '2') then 'female'
    end
{%- endmacro %}
