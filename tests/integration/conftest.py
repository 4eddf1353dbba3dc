"""Fixtures of integration tests: one demo brand, run once for the whole session."""

import pytest

from orchestration.lib.home import Home
from tests.integration.finished_runs import PROJECT, SHORT, Finished, read_finished, rebuild
from tests.integration.homes import DAYS, PEOPLE, SEED, DemoRun, yutang


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """A small demo brand from landing files to the published file, through the CLI.

    Tests that change anything work on a copy (`homes.copy_home`).
    """
    folder = tmp_path_factory.mktemp("brand")
    home = Home(root=folder / "home", secrets=folder / "secrets")
    shape = ("--people", str(PEOPLE), "--days", str(DAYS), "--seed", str(SEED))
    yutang(home, "demo", *shape)
    done = yutang(home, "run")
    return DemoRun(home=home, output=done.stdout)


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
