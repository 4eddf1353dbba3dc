"""Fixtures of integration tests: one demo brand, run once for the whole session."""

import pytest

from orchestration.lib.home import Home
from tests.integration.homes import DAYS, PEOPLE, DemoRun, yutang


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """A small demo brand from landing files to the published file, through the CLI.

    Tests that change anything work on a copy (`homes.copy_home`).
    """
    folder = tmp_path_factory.mktemp("brand")
    home = Home(root=folder / "home", secrets=folder / "secrets")
    yutang(home, "demo", "--people", str(PEOPLE), "--days", str(DAYS))
    done = yutang(home, "run")
    return DemoRun(home=home, output=done.stdout)
