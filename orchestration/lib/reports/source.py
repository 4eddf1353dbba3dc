"""The published file as a report reads it.

Belongs here: opening it, its day, its rows, its metrics, and what is missing. Does not belong here: any
query. A table that is not published gives no rows: a report then says so instead of failing.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import duckdb

from orchestration.lib.brand import brand_vars
from orchestration.lib.home import Home
from orchestration.lib.metrics.definitions import Definitions, read_definitions
from orchestration.lib.metrics.values import values
from orchestration.lib.publish.reading import NothingPublishedError, open_published, tables
from orchestration.lib.reports.codes import Codes
from orchestration.lib.reports.errors import ReportError

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """What one report is made from.

    Args:
        tables: ``schema.table`` of what is published.
        as_of: Day that the published file describes; None before the first delivery.
    """

    home: Home
    connection: duckdb.DuckDBPyConnection
    tables: frozenset[str]
    as_of: date | None

    def rows(self, sql: str, *needed: str, **parameters: Any) -> list[Row]:
        """Rows by column name; none if a needed table is not published."""
        if not self.has(*needed):
            return []
        cursor = self.connection.execute(sql, parameters or None)
        names = [one[0] for one in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def metrics(self, names: Sequence[str], **how: Any) -> list[Row]:
        """Values of metrics as models/semantic defines them; none if their table is missing."""
        needed = {model.table for name in names for model in self.definitions.models_of(name)}
        if not self.has(*needed):
            return []
        return list(values(self.connection, self.definitions, names, **how))

    def has(self, *names: str) -> bool:
        return all(name in self.tables for name in names)

    @cached_property
    def definitions(self) -> Definitions:
        return read_definitions(self.home)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The vars of the brand."""
        return brand_vars(self.home)

    @cached_property
    def codes(self) -> Codes:
        return Codes(self.settings["channel_map"])


@contextmanager
def open_source(home: Home, report: str) -> Generator[Source]:
    """The published file, while one report reads it.

    Raises:
        ReportError: If nothing was published yet.
    """
    try:
        with open_published(home) as connection:
            found = frozenset(tables(connection))
            as_of = None
            if "quality.audit_results" in found:
                as_of = connection.execute(
                    "select max(as_of_date) from quality.audit_results"
                ).fetchall()[0][0]
            yield Source(home, connection, found, as_of)
    except NothingPublishedError as error:
        raise ReportError(
            f"cannot make the {report} report: {home.published} does not exist; run `yutang run`"
        ) from error
