"""dbt's own results as audit results: what failed, what was skipped, what only warns."""

import json
from pathlib import Path

import pytest

from orchestration.lib.quality.models import read_test_results

NODES = {
    "model.yutang.fct_orders": {
        "resource_type": "model", "name": "fct_orders", "schema": "core",
    },
    "test.yutang.unique_fct_orders_order_id": {
        "resource_type": "test", "name": "unique_fct_orders_order_id",
        "attached_node": "model.yutang.fct_orders",
        "depends_on": {"nodes": ["model.yutang.fct_orders"]},
    },
}  # fmt: skip


def read(tmp_path: Path, *results: dict) -> list:
    (tmp_path / "manifest.json").write_text(json.dumps({"nodes": NODES}))
    (tmp_path / "run_results.json").write_text(json.dumps({"results": results}))
    return read_test_results(tmp_path / "run_results.json", manifest=tmp_path / "manifest.json")


@pytest.mark.parametrize(
    ("status", "is_passed", "is_blocking"),
    [
        ("pass", True, True),
        ("fail", False, True),
        ("error", False, True),
        ("skipped", False, True),
        ("warn", False, False),
    ],
)
def test_status_of_a_test(tmp_path, status: str, is_passed: bool, is_blocking: bool):  # noqa: FBT001
    [found] = read(
        tmp_path,
        {
            "unique_id": "test.yutang.unique_fct_orders_order_id",
            "status": status,
            "failures": 2,
            "message": "Got 2 results",
        },
    )
    assert (found.is_passed, found.is_blocking) == (is_passed, is_blocking)
    assert found.table_name == "core.fct_orders"
    assert found.failing_rows == 2


def test_a_model_that_was_not_built_is_a_failed_check(tmp_path):
    [found] = read(
        tmp_path,
        {
            "unique_id": "model.yutang.fct_orders",
            "status": "error",
            "message": "Compilation Error\n  in model fct_orders",
        },
    )
    assert found.check_name == "is_built"
    assert not found.is_passed
    assert found.details == "error: Compilation Error in model fct_orders"


def test_a_model_that_was_built_is_no_check(tmp_path):
    assert read(tmp_path, {"unique_id": "model.yutang.fct_orders", "status": "success"}) == []
