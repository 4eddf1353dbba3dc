{#
    Fails with one row per rule that is broken: its name and how many rows (or keys) break it. One
    scan, and one more per key, for what would be a test per column: a node of dbt costs more than
    a scan. orchestration/lib/quality/rules.py gives each rule its own result in the audit.

    Args:
        never_null: columns that are never null.
        unique: keys, each a column or a list of columns; null counts as a value.
        one_of: the values of a column, by column; null passes.
        always: boolean SQL over the columns of the model that is true in every row, by the name of
            the rule; null fails.
#}
{% test keeps_rules(model, never_null=[], unique=[], one_of={}, always={}) %}

{%- set broken_by_rule = {} -%}
{%- for column in never_null -%}
    {%- do broken_by_rule.update({column ~ '_is_never_null': column ~ ' is null'}) -%}
{%- endfor -%}
{%- for column, values in one_of.items() -%}
    {%- set listed = [] -%}
    {%- for value in values -%}
        {%- do listed.append(value if value is number else "'" ~ value ~ "'") -%}
    {%- endfor -%}
    {%- do broken_by_rule.update({
        column ~ '_is_one_of_its_values': column ~ ' not in (' ~ listed | join(', ') ~ ')'
    }) -%}
{%- endfor -%}
{%- for rule_name, condition in always.items() -%}
    {%- do broken_by_rule.update({rule_name: 'not coalesce(' ~ condition ~ ', false)'}) -%}
{%- endfor -%}

{%- set keys = {} -%}
{%- for key in unique -%}
    {%- set columns = [key] if key is string else key -%}
    {%- do keys.update({columns | join('_and_') ~ '_is_unique': columns | join(', ')}) -%}
{%- endfor -%}

{%- if not broken_by_rule and not keys -%}
    {{ exceptions.raise_compiler_error("keeps_rules on " ~ model ~ " names no rule") }}
{%- endif -%}

with

{% if broken_by_rule %}
counted as (

    select
        {% for broken in broken_by_rule.values() %}
        count(case when {{ broken }} then 1 end) as rule_{{ loop.index }}{{ ',' if not loop.last }}
        {% endfor %}

    from {{ model }}

),

{% endif %}
judged as (

    {% if broken_by_rule %}
    select
        rules.rule_name,
        case rules.rule_number
            {% for _ in broken_by_rule %}
            when {{ loop.index }} then counted.rule_{{ loop.index }}
            {% endfor %}
        end as failing_rows

    from (
        values
        {% for rule_name in broken_by_rule %}
        ({{ loop.index }}, '{{ rule_name }}'){{ ',' if not loop.last }}
        {% endfor %}
    ) as rules (rule_number, rule_name)
    cross join counted
    {% endif %}

    {% for rule_name, columns in keys.items() %}
    {{ 'union all' if broken_by_rule or not loop.first }}

    select
        '{{ rule_name }}' as rule_name,
        count(*) as failing_rows

    from (
        select {{ columns }}

        from {{ model }}

        group by {{ columns }}

        having count(*) > 1
    ) as repeated_{{ loop.index }}

    {% endfor %}

)

select
    rule_name,
    failing_rows

from judged

where failing_rows > 0

{% endtest %}
