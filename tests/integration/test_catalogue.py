"""The catalogue is complete: every public table and column says what it is, and `dbt docs` shows it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.lib.home import PROJECT_DIR
from orchestration.lib.publish.relations import PUBLIC_SCHEMAS
from orchestration.lib.transform.build import results_dir
from tests.integration.homes import DemoRun, copy_home, environment

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def public_models(demo_run: DemoRun) -> dict[str, dict[str, Any]]:
    """Manifest nodes of the public tables of the run, by ``schema.table``."""
    manifest = json.loads((results_dir(demo_run.home) / "manifest.json").read_text())
    found = {
        f"{node['schema']}.{node['alias']}": node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] in PUBLIC_SCHEMAS
    }
    assert {"core.fct_orders", "profile.customer_360", "goods.product_profile"} <= set(found)
    return found


def test_every_public_model_has_a_contract_grain_owner_and_described_columns(public_models):
    faults = []
    for name, node in public_models.items():
        meta, columns = node["config"]["meta"], node["columns"]
        faults += [name for given in (meta.get("owner"), node["description"].strip()) if not given]
        faults += [] if node["config"]["contract"]["enforced"] else [f"{name}: no contract"]
        if not meta.get("grain") or not set(meta["grain"]) <= set(columns):
            faults.append(f"{name}: grain {meta.get('grain')}")
        if not node["description"].startswith("One row per "):
            faults.append(f"{name}: the first sentence is not its grain")
        faults += [
            f"{name}.{column['name']}"
            for column in columns.values()
            if not column["description"].strip() or not column["data_type"]
        ]
    assert not faults


def test_every_published_table_and_column_has_a_description(demo_run: DemoRun, public_models):
    """Also tables that no model makes, such as quality.audit_results."""
    with duckdb.connect(str(demo_run.home.published), read_only=True) as published:
        tables = dict(
            published.execute(
                "select schema_name || '.' || table_name, comment from duckdb_tables()"
            ).fetchall()
        )
        columns = published.execute(
            "select schema_name || '.' || table_name, column_name, comment from duckdb_columns() "
            "where not internal"
        ).fetchall()
    assert set(public_models) <= set(tables), "a public model is not published"
    assert not [name for name, text in tables.items() if not (text or "").startswith("One row per")]
    assert not [f"{table}.{column}" for table, column, text in columns if not text]
    assert {table for table, *_ in columns} == set(tables)


def test_tables_that_no_model_makes_are_declared_as_they_are_published(demo_run: DemoRun):
    """`dbt docs` shows them as sources; the declaration and the file say the same."""
    manifest = json.loads((results_dir(demo_run.home) / "manifest.json").read_text())
    declared = [s for s in manifest["sources"].values() if s["source_name"] == "published"]
    assert {"audit_results"} <= {source["name"] for source in declared}
    for source in declared:
        found = demo_run.query(
            "select column_name, lower(data_type), comment from duckdb_columns() "
            f"where schema_name = '{source['schema']}' and table_name = '{source['name']}'"
        )
        columns = source["columns"].values()
        assert [(c["name"], c["data_type"], c["description"]) for c in columns] == found
        assert set(source["config"]["meta"]["grain"]) <= set(source["columns"])
        assert source["config"]["meta"]["owner"]


def test_dbt_docs_generate_shows_every_public_column_with_its_description(
    demo_run: DemoRun, public_models, tmp_path: Path
):
    home = copy_home(demo_run.home, tmp_path)
    target = tmp_path / "target"
    done = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "docs", "generate", "--no-compile"],
        cwd=PROJECT_DIR,
        env={**environment(home), "DBT_TARGET_PATH": str(target)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    catalog = json.loads((target / "catalog.json").read_text())["nodes"]
    assert not json.loads((target / "catalog.json").read_text())["errors"]
    for name, node in public_models.items():
        shown = catalog[node["unique_id"]]["columns"]
        assert set(shown) == set(node["columns"]), name
