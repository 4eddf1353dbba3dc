"""Ids of the demo brand outlive the warehouse, a full refresh, a changed rule and a look back."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.identity.state import state_path
from tests.integration.homes import DemoRun, copy_home, published_contents, yutang

pytestmark = pytest.mark.slow


def people(run: DemoRun) -> dict[str, str]:
    return dict(run.query("select identifier_token, one_id from core.bridge_customer_identifiers"))


@pytest.fixture(scope="module")
def again(demo_run: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """A copy of the home whose warehouse was deleted, looked back once, and fully refreshed."""
    home = copy_home(demo_run.home, tmp_path_factory.mktemp("again"))
    home.warehouse.unlink()
    (home.root / "warehouse.duckdb.wal").unlink(missing_ok=True)
    yutang(home, "run", "--as-of", "2026-06-20")
    looked_back = DemoRun(home, "").query("select max(as_of_date) from quality.audit_results")
    assert str(looked_back[0][0]) == "2026-06-20"
    assert state_path(home).read_bytes() == state_path(demo_run.home).read_bytes()
    done = yutang(home, "run", "--full-refresh")
    return DemoRun(home, done.stdout)


def test_a_deleted_warehouse_and_a_full_refresh_change_no_id(
    demo_run: DemoRun, again: DemoRun
) -> None:
    assert people(again) == people(demo_run)
    assert published_contents(again.home) == published_contents(demo_run.home)
    assert state_path(again.home).read_bytes() == state_path(demo_run.home).read_bytes()


def test_without_its_state_a_brand_gets_its_ids_again(demo_run: DemoRun, tmp_path: Path) -> None:
    """A digest of the oldest identifier: the first assignment is the same from the same data."""
    home = copy_home(demo_run.home, tmp_path)
    shutil.rmtree(home.state / "identity")
    yutang(home, "run")
    assert people(DemoRun(home, "")) == people(demo_run)


def test_a_changed_limit_splits_people_and_keeps_every_other_id(
    demo_run: DemoRun, tmp_path: Path
) -> None:
    project = copy_project(tmp_path / "project")
    seed = project / "seeds" / "identity" / "identifier_types.csv"
    rows = list(csv.DictReader(seed.open(encoding="utf-8")))
    for row in rows:
        if row["identifier_type"] == "phone":
            row["max_values_per_person"] = "1"
    with seed.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    home = copy_home(demo_run.home, tmp_path)
    run_project(project, home)
    before, after = people(demo_run), people(DemoRun(home, ""))
    two_phones = {
        one_id
        for (one_id,) in demo_run.query(
            "select one_id from core.bridge_customer_identifiers "
            "where identifier_type = 'phone' group by one_id having count(*) > 1"
        )
    }
    changed = {token for token in before if before[token] != after.get(token)}
    assert changed, "the stricter limit split nobody"
    assert {before[token] for token in changed} <= two_phones
    # Every person keeps the id for the part with the oldest identifier.
    assert set(before.values()) <= set(after.values())
    refused = DemoRun(home, "").query(
        "select count(*) from quality.identity_conflicts where rule like 'max_values:phone%'"
    )
    assert refused[0][0] > 0


def copy_project(target: Path) -> Path:
    """The dbt project and the code as a checkout of their own, to edit."""
    keep = (
        "dbt_project.yml", "profiles.yml", "models", "macros", "seeds", "tests", "orchestration",
        "expectations", "activation", "pyproject.toml", "requirements.in",
    )  # fmt: skip
    target.mkdir(parents=True)
    for name in keep:
        source = PROJECT_DIR / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target / name)
    return target


def run_project(project: Path, home: Home) -> None:
    """`yutang run` of another checkout."""
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "run"],
        cwd=project,
        env={
            **os.environ, **home.environment(), "PYTHONPATH": str(project),
            "DBT_TARGET_PATH": str(project / "target"),
        },
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
