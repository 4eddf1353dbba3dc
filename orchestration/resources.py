"""What assets are given: the home of one brand, dbt, and the settings of a run.

Belongs here: Dagster resources and the one function that builds them, so that tests swap parts.
Does not belong here: what is done with them.
"""

import importlib.metadata
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource
from packaging.version import Version

from orchestration.lib.home import Home
from orchestration.lib.transform import project

WAREHOUSE_POOL = "warehouse"


class HomeResource(dg.ConfigurableResource):
    """Folders of one brand: data and secrets, as absolute paths."""

    root: str
    secrets: str

    @property
    def paths(self) -> Home:
        return Home(root=Path(self.root), secrets=Path(self.secrets))


class RunSettings(dg.ConfigurableResource):
    """What a person can choose for one run; every step of the run sees the same choice.

    ``as_of_date`` (YYYY-MM-DD) is the day the tables describe, empty for the newest delivery day.
    ``full_refresh`` rebuilds incremental tables. ``only_pending`` skips partitions whose files and
    contract have not changed since they were loaded; a backfill by hand loads them again.
    """

    as_of_date: str = ""
    full_refresh: bool = False
    only_pending: bool = False

    @property
    def as_of(self) -> date | None:
        return date.fromisoformat(self.as_of_date) if self.as_of_date else None


class DbtProcess(DbtCliResource):
    """dbt as Dagster starts it, without what Dagster asks dbt first.

    It starts dbt once to learn its version and loads all macros into this process for a handle to
    the database, which only row counts and column metadata need (and which would be a second
    opening of the warehouse): 4 s of every run.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(importlib.metadata.version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> None:  # ty: ignore[incompatible-method-override]
        return None


def build_resources(home: Home) -> dict[str, Any]:
    """The resources of a home, by the names that assets ask for."""
    return {
        "home": HomeResource(root=str(home.root), secrets=str(home.secrets)),
        "settings": RunSettings(),
        "dbt": DbtProcess(
            project_dir=str(project.PROJECT_DIR), dbt_executable=str(project.dbt_executable())
        ),
    }
