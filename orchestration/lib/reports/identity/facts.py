"""What the identity report is made of, read from the published file in one go.

Belongs here: one query per fact (facts.sql holds them), rows as values. Does not belong here: words,
charts, or the comparison with a truth (lib/identity/evaluation).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.lib.home import Home
from orchestration.lib.reports.errors import ReportError

SQL = Path(__file__).with_name("facts.sql")
HUBS_SHOWN = 15
CHANGES_SHOWN = 15


@dataclass(frozen=True)
class Day:
    """Figures of one published day; by metric, then by dimension."""

    day: date
    figures: Mapping[str, Mapping[str, float]]

    def one(self, metric: str) -> float:
        return self.figures.get(metric, {}).get("all", 0.0)

    def by(self, metric: str) -> Mapping[str, float]:
        return self.figures.get(metric, {})


@dataclass(frozen=True)
class Hub:
    """An identifier that is kept from joining the people it was seen with."""

    identifier_type: str
    identifier_token: str
    rule: str
    person_count: int | None
    record_count: int
    channels: str | None


@dataclass(frozen=True)
class Change:
    """People who became one, or one who became two, on one published day."""

    day: date
    kind: str  # merged, split
    one_id: str
    before_one_id: str | None
    identifier_count: int
    identifier_types: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Everything the report says.

    Args:
        days: Published days up to the as-of day, oldest first; the last is the day of the report.
        orders: By channel: orders, and those of them with a person.
        hub_count, change_count: How many there are; ``hubs`` and ``changes`` hold the first of them.
    """

    as_of: date | None
    days: tuple[Day, ...]
    orders: Mapping[str, tuple[int, int]]
    hubs: tuple[Hub, ...]
    hub_count: int
    changes: tuple[Change, ...]
    change_count: int

    @property
    def today(self) -> Day:
        return self.days[-1] if self.days else Day(date.min, {})


def read_facts(home: Home) -> Facts:
    """Read the published file.

    Raises:
        ReportError: If nothing was published yet.
    """
    if not home.published.exists():
        raise ReportError(
            f"cannot make the identity report: {home.published} does not exist; run `yutang run`"
        )
    as_of, stats, orders, hubs, changes = _rows(home.published)
    figures: dict[date, dict[str, dict[str, float]]] = {}
    for day, metric, dimension, value in stats:
        figures.setdefault(day, {}).setdefault(metric, {})[dimension] = value
    return Facts(
        as_of=as_of[0][0],
        days=tuple(Day(day, found) for day, found in figures.items()),
        orders={channel: (count, resolved) for channel, count, resolved in orders},
        hubs=tuple(Hub(*row) for row in hubs[:HUBS_SHOWN]),
        hub_count=len(hubs),
        changes=tuple(Change(*row[:-1], tuple(row[-1])) for row in changes[:CHANGES_SHOWN]),
        change_count=len(changes),
    )


def _rows(database: Path) -> list[list[tuple]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return [
            connection.execute(statement).fetchall()
            for statement in SQL.read_text(encoding="utf-8").split(";\n")
            if statement.strip()
        ]
