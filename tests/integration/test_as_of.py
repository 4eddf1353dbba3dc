"""Any past day recomputes to the result it had: three days of a brand, then and now.

Then: a home that holds only what had been delivered by the day, with the OneID state of the days
before. Now: the same days again, from all deliveries and the state of the last of them, the newest
day first, so that incremental tables shrink. Every row of core and profile must be the same.
"""

import json
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.home import Home
from orchestration.lib.identity.state import save_state
from orchestration.lib.transform import project
from tests.integration.homes import DemoRun

pytestmark = pytest.mark.slow

DAYS = (date(2026, 6, 19), date(2026, 6, 23), date(2026, 6, 27))
MODELS = ["+path:models/marts/core", "+path:models/marts/profile"]


def home_of(source: Home, day: date, folder: Path, *, state: Path | None) -> Home:
    """A home with the deliveries of ``source`` up to ``day`` and the OneID state in ``state``."""

    def later(directory: str, names: list[str]) -> set[str]:
        return {name for name in names if name.startswith("dt=") and name[3:] > day.isoformat()}

    home = Home(root=folder / "home", secrets=folder / "secrets")
    shutil.copytree(source.raw, home.raw, ignore=later)
    shutil.copytree(source.secrets, home.secrets)
    if state is not None:
        shutil.copytree(state, home.state / "identity")
    _forget_later_aliases(home)
    return home


def _forget_later_aliases(home: Home) -> None:
    """The loader knows a hashed phone only from the delivery on that shows both forms."""
    file = home.raw / "_reference" / "identifier_aliases.parquet"
    seen = (
        f"select identifier_token from read_parquet('{home.raw}/_observations/*/*/dt=*/*.parquet')"
    )
    kept = file.with_suffix(".kept")
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select * from read_parquet('{file}') where alias_token in ({seen})"
            f" and identifier_token in ({seen})) to '{kept}' (format parquet)"
        )
    kept.replace(file)


def build(home: Home, *, as_of: date | None, folder: Path) -> dict[str, Counter]:
    """Build core and profile; returns the rows of every table as a multiset."""
    variables = ["--vars", json.dumps({"as_of_date": as_of.isoformat()})] if as_of else []
    # A target of its own: other vars would throw away everybody's partial parse.
    target = ["--target-path", str(folder / "target")]
    project.run(
        ["build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test",
         "--select", *MODELS, *variables, *target],
        environment=home.environment(),
    )  # fmt: skip
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
            " where table_schema in ('core', 'profile')"
        ).fetchall()
        return {
            table: Counter(connection.execute(f"select * from {table}").fetchall())
            for (table,) in tables
        }


def test_three_past_days_recompute_to_the_result_they_had(demo_run: DemoRun, tmp_path: Path):
    then: dict[date, dict[str, Counter]] = {}
    state: Path | None = None
    for day in DAYS:
        folder = tmp_path / day.isoformat()
        home = home_of(demo_run.home, day, folder, state=state)
        home.warehouse.parent.mkdir(parents=True, exist_ok=True)
        then[day] = build(home, as_of=None, folder=tmp_path / "then")
        assert save_state(home, home.warehouse, as_of=day)
        state = home.state / "identity"
    now = home_of(demo_run.home, date.max, tmp_path / "now", state=state)
    for day in reversed(DAYS):
        found = build(now, as_of=day, folder=tmp_path / "now")
        assert found.keys() == then[day].keys()
        different = {
            table: ((then[day][table] - rows).total(), (rows - then[day][table]).total())
            for table, rows in found.items()
            if rows != then[day][table]
        }
        assert not different, f"{day}: rows only then, rows only now: {different}"
        assert found["core.fct_orders"] and found["profile.customer_lifecycle_history"]
    assert then[DAYS[0]]["profile.customer_360"] != then[DAYS[2]]["profile.customer_360"]
