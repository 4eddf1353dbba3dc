"""What the publish edge expects of amounts: one may not be huge, a sum over a channel may."""

from pathlib import Path

import duckdb
import pytest

from expectations.runner import run_suites
from expectations.suites.publish import HIGHEST_CNY, publish_suites


@pytest.mark.parametrize(
    ("table", "passes"), [("core.fct_refunds", False), ("quality.sales_reconciliation", True)]
)
def test_only_single_amounts_are_bounded(tmp_path: Path, table: str, *, passes: bool) -> None:
    candidate = tmp_path / "candidate.duckdb"
    with duckdb.connect(str(candidate)) as connection:
        connection.execute(f"create schema {table.split('.', maxsplit=1)[0]}")
        amount = f"{HIGHEST_CNY * 14}::decimal(18, 2)"
        connection.execute(f"create table {table} as select {amount} as amount_cny")
    results = run_suites(candidate, publish_suites(candidate), edge="publish")
    assert all(result.is_passed for result in results) == passes
