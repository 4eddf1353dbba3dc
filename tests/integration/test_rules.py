"""The generic test keeps_rules on rows that break each of its rules, and on rows that keep them."""

import json
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.home import Home
from orchestration.lib.quality.rules import rule_names
from orchestration.lib.transform.build import record_results, results_dir, run_tests
from tests.integration.homes import DemoRun, copy_home

pytestmark = pytest.mark.slow


@pytest.fixture
def brand(demo_run: DemoRun, tmp_path: Path) -> Home:
    return copy_home(demo_run.home, tmp_path)


def failed(home: Home, model: str) -> dict[str, int | None]:
    run_tests(home, select=f"{model},test_name:keeps_rules")
    return {r.check_name: r.failing_rows for r in record_results(home) if not r.is_passed}


def test_every_kind_of_rule_is_reported_by_name_and_rows(brand: Home):
    assert failed(brand, "fct_orders") == {}
    with duckdb.connect(str(brand.warehouse)) as connection:
        connection.execute(
            "insert into core.fct_orders select * replace ("
            "null as brand, 'bazaar' as sales_channel, paid_cny + 1 as paid_cny, "
            "net_revenue_cny + 1 as net_revenue_cny) from core.fct_orders order by order_id limit 2"
        )
    assert failed(brand, "fct_orders") == {
        "brand_is_never_null": 2,
        "sales_channel_is_one_of_its_values": 2,
        "payments_add_up": 2,
        "order_id_is_unique": 2,
    }


def test_the_names_of_the_audit_are_those_of_the_sql(brand: Home):
    run_tests(brand, select="test_name:keeps_rules")
    nodes = json.loads((results_dir(brand) / "manifest.json").read_text())["nodes"]
    results = json.loads((results_dir(brand) / "run_results.json").read_text())["results"]
    tests = [r for r in results if rule_names(nodes[r["unique_id"]])]
    assert len(tests) > 100
    for result in tests:
        for rule in rule_names(nodes[result["unique_id"]]):
            assert f"'{rule}'" in result["compiled_code"], result["unique_id"]
