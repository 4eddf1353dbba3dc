{#
    Print which rules of failed keeps_rules tests are broken, as one JSON object per rule: test,
    rule_name, failing_rows. dbt itself keeps only how many rules are.

    Args:
        tests: compiled SQL of the tests, by their unique id.
#}
{% macro print_broken_rules(tests) %}

{% for test, compiled_sql in tests.items() %}
{% for row in run_query(compiled_sql).rows %}
{% do print(tojson({
    'test': test, 'rule_name': row['rule_name'], 'failing_rows': row['failing_rows'] | int,
})) %}
{% endfor %}
{% endfor %}

{% endmacro %}
