"""The published file: described, ordered, in an old storage version, replaced in one step."""

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.home import Home
from orchestration.lib.publish.candidate import build_candidate, candidate_path
from orchestration.lib.publish.release import publish
from orchestration.lib.quality import trail


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A working database with one public, one staging and one undescribed table."""
    home = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    home.root.mkdir()
    home.tmp.mkdir()
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("create schema core; create schema staging")
        connection.execute(
            "create table core.dim_stores as select * from "
            "(values ('S2', 2.5::double), ('S1', null)) as t (store_id, size_m2)"
        )
        connection.execute("create table core.left_over as select 1 as a")
        connection.execute("create table staging.stg_stores as select 1 as a")
    return home


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "manifest.json"
    columns = {
        "store_id": {"name": "store_id", "data_type": "string", "description": "Store's code."},
        "size_m2": {"name": "size_m2", "data_type": "decimal(18,2)", "description": "Unit m²."},
    }
    node = {
        "resource_type": "model", "schema": "core", "alias": "dim_stores",
        "description": "One row per store.", "columns": columns,
        "config": {"meta": {"grain": ["store_id"]}},
    }  # fmt: skip
    path.write_text(json.dumps({"nodes": {"model.yutang.dim_stores": node}}))
    return path


def pass_all(home: Home) -> None:
    for edge in trail.EDGES:
        trail.record(
            home, edge, [trail.AuditResult(edge, "core.dim_stores", "ok", True, True, 0, "")]
        )


def test_only_described_public_tables_are_copied_with_types_order_and_comments(home, manifest):
    assert build_candidate(home, manifest=manifest, target="duckdb") == {"core.dim_stores": 2}
    with duckdb.connect(str(candidate_path(home)), read_only=True) as connection:
        rows = connection.execute("select * from core.dim_stores").fetchall()
        described = connection.execute(
            "select column_name, data_type, comment from duckdb_columns() where not internal"
        ).fetchall()
    assert [row[0] for row in rows] == ["S1", "S2"]
    assert described == [
        ("store_id", "VARCHAR", "Store's code."),
        ("size_m2", "DECIMAL(18,2)", "Unit m²."),
    ]


def test_the_same_rows_give_the_same_tables_whatever_their_order(home, manifest):
    build_candidate(home, manifest=manifest, target="duckdb")
    first = candidate_path(home).read_bytes()
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(
            "create or replace table core.dim_stores as from core.dim_stores order by store_id"
        )
    build_candidate(home, manifest=manifest, target="duckdb")
    assert len(candidate_path(home).read_bytes()) == len(first)


def test_publish_replaces_the_file_and_keeps_what_the_audit_found(home, manifest):
    build_candidate(home, manifest=manifest, target="duckdb")
    pass_all(home)
    assert publish(home, as_of=date(2026, 6, 30)) == home.published
    with duckdb.connect(str(home.published), read_only=True) as connection:
        found = connection.execute(
            "select edge, is_passed, as_of_date from quality.audit_results order by 1"
        ).fetchall()
    assert found == [(edge, True, date(2026, 6, 30)) for edge in sorted(trail.EDGES)]
    assert not candidate_path(home).exists()


def test_a_refused_candidate_is_removed_and_the_old_file_stays(home, manifest):
    home.published.parent.mkdir(parents=True)
    home.published.write_bytes(b"the last good file")
    build_candidate(home, manifest=manifest, target="duckdb")
    pass_all(home)
    trail.record(
        home, "publish", [trail.AuditResult("publish", "core.t", "bad", False, True, 1, "")]
    )
    with pytest.raises(trail.AuditError, match=r"core\.t: bad"):
        publish(home, as_of=None)
    assert home.published.read_bytes() == b"the last good file"
    assert not candidate_path(home).exists()


def test_without_a_candidate_nothing_is_published(home):
    pass_all(home)
    with pytest.raises(trail.AuditError, match="there is no candidate"):
        publish(home, as_of=None)


def test_tables_that_spark_wrote_are_published_with_the_contract_types(home, manifest):
    folder = home.root / "spark-warehouse" / "core.db" / "dim_stores"
    folder.mkdir(parents=True)
    duckdb.execute(
        f"copy (select 'S9' as store_id, 4.0::double as size_m2) to '{folder / 'a.parquet'}'"
    )
    assert build_candidate(home, manifest=manifest, target="spark") == {"core.dim_stores": 1}
    with duckdb.connect(str(candidate_path(home)), read_only=True) as connection:
        assert connection.execute("describe core.dim_stores").fetchall()[1][1] == "DECIMAL(18,2)"
