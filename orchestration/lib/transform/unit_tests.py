"""dbt's unit tests on a home of their own: `python -m orchestration.lib.transform.unit_tests`.

Belongs here: the empty home that unit tests need (dbt looks up the types of a model's inputs in
the database). Does not belong here: data tests, which every run executes on real rows.
"""

import os
import sys
import tempfile
from pathlib import Path

from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.landing.contract import load_contracts
from orchestration.lib.landing.reference import prepare_home
from orchestration.lib.landing.tokens import Keys
from orchestration.lib.transform import project

_ARGUMENTS = ("build", "--empty", "--exclude-resource-type", "test")


def run_unit_tests(home: Home, arguments: list[str]) -> str:
    """Build all models empty and run every unit test; returns what dbt printed.

    Args:
        home: A home without data.
        arguments: Further arguments of dbt, such as a selection.

    Raises:
        DbtError: If a unit test fails or a model does not compile.
    """
    prepare_home(home, load_contracts(PROJECT_DIR, home).values(), Keys.load_or_create(home))
    (home.tmp).mkdir(parents=True, exist_ok=True)
    environment = {**home.environment(), "DBT_TARGET_PATH": str(home.root / ".dbt")}
    return project.run([*_ARGUMENTS, *arguments], environment=environment)


def main() -> None:
    """Run the unit tests in a temporary home and print dbt's closing lines."""
    with tempfile.TemporaryDirectory(prefix="yutang-unit-tests-") as folder:
        home = Home(root=Path(folder) / "home", secrets=Path(folder) / "secrets")
        try:
            printed = run_unit_tests(home, sys.argv[1:])
        except project.DbtError as error:
            print(error, file=sys.stderr)
            raise SystemExit(1) from None
    failed = [line for line in printed.splitlines() if "unit test" in line.lower()][-1:]
    print(os.linesep.join([*failed, *printed.strip().splitlines()[-2:]]))


if __name__ == "__main__":
    main()
