"""Building the identity models and the orders in a scratch home.

Belongs here: the selection, the day, and telling how far it is. Does not belong here: dbt itself
(transform/project.py).
"""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from orchestration.lib.home import Home
from orchestration.lib.transform import build, project

# The least that says who is whom and whose orders are whose; no tests, which judge data, not rules.
SELECTION = ("+bridge_customer_identifiers", "+identity_conflicts", "+fct_orders")
_STEP = re.compile(r"(\d+) of (\d+) (?:OK|START|ERROR)\b.*?(\w+) \.{2,}")

Progress = Callable[[str, int, int | None], None]


def build_rules(
    scratch: Home, *, as_of: date | None, project_dir: Path, progress: Progress
) -> None:
    """Build `SELECTION` in ``scratch`` with the models, macros, vars and seeds of ``project_dir``.

    Args:
        as_of: Day to describe; None for the newest delivery.
        progress: Called with model, number and total whenever one begins or ends.

    Raises:
        DbtError: If the project does not compile or a model fails.
    """

    def listen(line: str) -> None:
        if found := _STEP.search(line):
            progress(found[3], int(found[1]), int(found[2]))

    progress("reading the project", 0, None)
    project.run(
        [
            "build", "--select", *SELECTION, "--exclude-resource-type", "test", "unit_test",
            *build.variables(scratch, as_of),
            "--target-path", str(build.results_dir(scratch)),
            "--log-path", str(build.results_dir(scratch) / "logs"),
        ],
        environment={**scratch.environment(), "YUTANG_TARGET": "duckdb"},
        project_dir=project_dir,
        listener=listen,
    )  # fmt: skip
