"""One dbt build of a home: its arguments, its folder, and its results in the trail of the audit.

Belongs here: what the dbt asset does around the call of dbt. Does not belong here: the call itself
(Dagster streams its events) or the manifest of the project (project.py).
"""

import json
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from orchestration.lib import brand
from orchestration.lib.home import Home
from orchestration.lib.landing.aliases import write_identifier_aliases
from orchestration.lib.landing.contract import load_contracts
from orchestration.lib.landing.reference import prepare_home
from orchestration.lib.landing.tokens import Keys
from orchestration.lib.quality import trail
from orchestration.lib.quality.models import read_test_results
from orchestration.lib.transform import project


def results_dir(home: Home) -> Path:
    """Where dbt writes about builds of this home: run_results.json, compiled SQL, its manifest."""
    return home.root / ".dbt"


def variables(home: Home, as_of: date | None) -> list[str]:
    """Arguments with what brand.yml sets and the day asked for; none if there is neither.

    Without a day the models take the newest delivery; loads and builds never overlap, because both
    are in the pool of the warehouse.
    """
    given = brand.overrides(home) | ({"as_of_date": as_of.isoformat()} if as_of else {})
    return ["--vars", json.dumps(given)] if given else []


def log_arguments() -> list[str]:
    """No debug log beside the events that dbt prints: it is 10 MB and a tenth of dbt's time.

    DBT_LOG_LEVEL_FILE=debug in the environment brings it back, as .dbt/dbt.log of the home.
    """
    return [] if "DBT_LOG_LEVEL_FILE" in os.environ else ["--log-level-file", "none"]


def prepare(home: Home) -> None:
    """Put in raw/ what seeds say (a changed seed needs no delivery) and what all loads together do.

    Raises:
        IdentityRulesError: If a line of seeds/identity/ cannot be used.
    """
    contracts, keys = load_contracts(project.PROJECT_DIR, home).values(), Keys.load_or_create(home)
    prepare_home(home, contracts, keys)
    write_identifier_aliases(home, contracts, keys)


def begin(home: Home) -> None:
    """Forget the results of an earlier build: until this one ends, nothing can be published."""
    trail.begin(home, "models")
    (results_dir(home) / "run_results.json").unlink(missing_ok=True)


def record_results(home: Home) -> list[trail.AuditResult]:
    """Put what dbt's tests found into the trail.

    Raises:
        DbtError: If dbt did not get as far as writing its results.
    """
    folder = results_dir(home)
    if not (folder / "run_results.json").exists():
        raise project.DbtError(f"dbt stopped before it wrote {folder / 'run_results.json'}")
    results = read_test_results(
        folder / "run_results.json",
        manifest=folder / "manifest.json",
        find_broken=lambda tests: _find_broken(home, tests),
    )
    trail.record(home, "models", results)
    return results


def _find_broken(home: Home, tests: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Failing rows by rule of failed tests: their SQL run once more, through dbt on any engine."""
    printed = project.run(
        ["--quiet", "run-operation", "print_broken_rules", "--args", json.dumps({"tests": tests}),
         *variables(home, None), "--target-path", str(results_dir(home))],
        environment=home.environment(),
    )  # fmt: skip
    broken: dict[str, dict[str, int]] = {}
    for line in printed.splitlines():
        if line.startswith("{"):
            row = json.loads(line)
            broken.setdefault(row["test"], {})[row["rule_name"]] = row["failing_rows"]
    return broken


def run_tests(home: Home, *, select: str) -> None:
    """Run the data tests of some models on the working database as it is.

    Args:
        home: The brand's home.
        select: dbt selection, such as a model's name.
    """
    begin(home)
    project.run(
        ["test", "--select", select, "--exclude-resource-type", "unit_test",
         *variables(home, None), "--target-path", str(results_dir(home))],
        environment=home.environment(),
        check=False,
    )  # fmt: skip
