"""Rules of one dbt test as results of their own: every rule is reported, broken ones by name."""

import json
from pathlib import Path

from orchestration.lib.quality.models import read_test_results
from orchestration.lib.quality.rules import rule_names

TEST = "test.yutang.keeps_rules_fct_orders"
NODES = {
    "model.yutang.fct_orders": {"resource_type": "model", "name": "fct_orders", "schema": "core"},
    TEST: {
        "resource_type": "test", "name": "keeps_rules_fct_orders",
        "attached_node": "model.yutang.fct_orders",
        "depends_on": {"nodes": ["model.yutang.fct_orders"]},
        "test_metadata": {
            "name": "keeps_rules",
            "kwargs": {
                "never_null": ["order_id", "brand"],
                "unique": ["order_id", ["channel", "native_id"]],
                "one_of": {"channel": ["pos", "jd"]},
                "always": {"payments_add_up": "a + b = c"},
            },
        },
    },
}  # fmt: skip
RULES = [
    "order_id_is_never_null", "brand_is_never_null", "channel_is_one_of_its_values",
    "payments_add_up", "order_id_is_unique", "channel_and_native_id_is_unique",
]  # fmt: skip


def read(tmp_path: Path, status: str, broken: dict[str, int]) -> dict[str, tuple]:
    result = {"unique_id": TEST, "status": status, "message": "Got 1", "compiled_code": "select 1"}
    (tmp_path / "manifest.json").write_text(json.dumps({"nodes": NODES}))
    (tmp_path / "run_results.json").write_text(json.dumps({"results": [result]}))
    asked: list[dict] = []

    def find_broken(tests):
        asked.append(dict(tests))
        return {TEST: broken}

    results = read_test_results(
        tmp_path / "run_results.json", manifest=tmp_path / "manifest.json", find_broken=find_broken
    )
    assert asked == ([{TEST: "select 1"}] if status in ("fail", "warn") else [])
    assert {r.table_name for r in results} == {"core.fct_orders"}
    return {r.check_name: (r.is_passed, r.is_blocking, r.failing_rows) for r in results}


def test_rules_are_named_after_their_columns():
    assert rule_names(NODES[TEST]) == RULES
    assert rule_names(NODES["model.yutang.fct_orders"]) == []


def test_a_test_that_passed_is_as_many_checks_as_it_has_rules(tmp_path):
    assert read(tmp_path, "pass", {}) == dict.fromkeys(RULES, (True, True, 0))


def test_only_the_broken_rule_fails_with_its_rows(tmp_path):
    found = read(tmp_path, "fail", {"brand_is_never_null": 3})
    assert found.pop("brand_is_never_null") == (False, True, 3)
    assert found == dict.fromkeys(set(RULES) - {"brand_is_never_null"}, (True, True, 0))


def test_a_warning_does_not_block(tmp_path):
    found = read(tmp_path, "warn", {"payments_add_up": 7})
    assert found["payments_add_up"] == (False, False, 7)


def test_a_test_that_proved_nothing_breaks_all_its_rules(tmp_path):
    for status in ("error", "skipped"):
        assert read(tmp_path, status, {}) == dict.fromkeys(RULES, (False, True, None))


def test_where_the_broken_rule_cannot_be_found_all_are(tmp_path):
    assert read(tmp_path, "fail", {}) == dict.fromkeys(RULES, (False, True, None))
