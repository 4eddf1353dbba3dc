"""Fixtures of integration tests: one demo brand, run once for the whole session."""

import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from orchestration.lib.home import Home
from tests.integration.finished_runs import PROJECT, SHORT, Finished, read_finished, rebuild
from tests.integration.homes import DAYS, PEOPLE, SEED, DemoRun, yutang


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> DemoRun:
    """A small demo brand from landing files to the published file, through the CLI.

    Tests that change anything work on a copy (`homes.copy_home`). Where several workers share the
    tests, the first that comes makes the brand and each has a copy of its own.
    """
    folder = tmp_path_factory.mktemp("brand")
    if worker_id == "master":
        return _make_brand(folder)
    shared = tmp_path_factory.getbasetemp().parent / "brand_of_all_workers"
    with FileLock(f"{shared}.lock"):
        if not (shared / "output.txt").exists():
            shutil.rmtree(shared, ignore_errors=True)
            (shared / "output.txt").write_text(_make_brand(shared).output, encoding="utf-8")
    shutil.copytree(shared, folder, symlinks=True, dirs_exist_ok=True)
    output = (folder / "output.txt").read_text(encoding="utf-8")
    return DemoRun(home=_home(folder), output=output.replace(str(shared), str(folder)))


def _make_brand(folder: Path) -> DemoRun:
    home = _home(folder)
    shape = ("--people", str(PEOPLE), "--days", str(DAYS), "--seed", str(SEED))
    yutang(home, "demo", *shape)
    return DemoRun(home=home, output=yutang(home, "run").stdout)


def _home(folder: Path) -> Home:
    return Home(root=folder / "home", secrets=folder / "secrets")


@pytest.fixture(scope="session")
def as_defined(demo_run: DemoRun) -> Finished:
    """The published marts, built with the definitions of dbt_project.yml."""
    home = demo_run.home
    return read_finished(home, home.published, definitions=PROJECT["vars"])


@pytest.fixture(scope="session")
def with_short_definitions(demo_run: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The warehouse of a copy of the home, profile and lifecycle rebuilt with SHORT."""
    return rebuild(demo_run.home, tmp_path_factory.mktemp("short"), definitions=SHORT)


@pytest.fixture(params=["as_defined", "with_short_definitions"])
def finished(request: pytest.FixtureRequest) -> Finished:
    """Each of the two."""
    return request.getfixturevalue(request.param)
