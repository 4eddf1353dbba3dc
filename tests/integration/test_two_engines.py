"""DuckDB and Spark publish the same rows from the same landing files."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.engine import JAVA_VERSION, java_version
from orchestration.lib.home import Home
from tests.integration.homes import DemoRun, yutang

# Building with Spark takes minutes: the time limit of a single test is raised for it.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(2400)]

# Written by the run itself, not by a model: check results name the engine's own checks.
NOT_MODELS = {"quality.audit_results"}


@pytest.fixture(scope="module")
def spark_home(demo_run: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The same landing files and keys, run with --target spark."""
    version = java_version()
    if version is None or version < JAVA_VERSION:
        pytest.skip(f"the Spark engine needs Java 17, found {version or 'none'}: install a JRE 17")
    folder = tmp_path_factory.mktemp("spark")
    home = Home(root=folder / "home", secrets=folder / "secrets")
    shutil.copytree(demo_run.home.landing, home.landing)
    shutil.copytree(demo_run.home.secrets, home.secrets)
    yutang(home, "run", "--target", "spark")
    return home


@pytest.fixture(scope="module")
def both(demo_run: DemoRun, spark_home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demo_run.home.published}' as on_duckdb (read_only)")
        connection.execute(f"attach '{spark_home.published}' as on_spark (read_only)")
        yield connection


def tables(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[str, list[tuple[str, str]]]:
    """Columns and types of every published table."""
    rows = connection.execute(
        "select table_schema || '.' || table_name, column_name, data_type "
        "from information_schema.columns where table_catalog = ? order by 1, ordinal_position",
        [catalog],
    ).fetchall()
    found: dict[str, list[tuple[str, str]]] = {}
    for table, column, data_type in rows:
        if table not in NOT_MODELS:
            found.setdefault(table, []).append((column, data_type))
    return found


def test_both_engines_publish_the_same_columns(both: duckdb.DuckDBPyConnection) -> None:
    expected = tables(both, "on_duckdb")
    assert len(expected) >= 20
    assert tables(both, "on_spark") == expected


def test_both_engines_publish_the_same_rows(both: duckdb.DuckDBPyConnection) -> None:
    different = {}
    filled = 0
    for table in tables(both, "on_duckdb"):
        only_duckdb, only_spark, rows = both.execute(
            f"select (select count(*) from (from on_duckdb.{table} except all from on_spark.{table})), "
            f"(select count(*) from (from on_spark.{table} except all from on_duckdb.{table})), "
            f"(select count(*) from on_duckdb.{table})"
        ).fetchall()[0]
        filled += rows > 0
        if only_duckdb or only_spark:
            different[table] = (only_duckdb, only_spark, rows)
    assert filled >= 20
    assert different == {}


def test_spark_without_java_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    home.landing.mkdir(parents=True)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    done = yutang(home, "run", "--target", "spark", check=False)
    assert done.returncode != 0
    said = " ".join((done.stdout + done.stderr).split())
    assert "Java 17" in said
    assert "Traceback" not in said
