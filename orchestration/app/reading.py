"""What a page works with: the published file of this moment, the language, the words.

Belongs here: opening them together and asking for rows. Does not belong here: what is shown.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from orchestration.app.texts import TEXTS
from orchestration.app.words import AppWords
from orchestration.lib.brand import brand_vars
from orchestration.lib.home import Home
from orchestration.lib.metrics.definitions import Definitions, read_definitions
from orchestration.lib.metrics.values import values
from orchestration.lib.publish.reading import open_published, tables


@dataclass(frozen=True)
class Reading:
    """One run of one page.

    Args:
        tables: ``schema.table`` of what is published; a section whose table is missing says so.
        as_of: Day that the published file describes; None before the first delivery.
    """

    home: Home
    language: str
    connection: duckdb.DuckDBPyConnection
    tables: frozenset[str]
    as_of: date | None

    def say(self, section: str, name: str, **filled: str) -> str:
        return TEXTS(section, name, **filled)[self.language]

    def rows(self, sql: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Rows of a query by column name; parameters are bound."""
        cursor = self.connection.execute(sql, parameters)
        names = [one[0] for one in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def metrics(self, names: Sequence[str], **how: Any) -> list[dict[str, Any]]:
        """Values of metrics as models/semantic defines them."""
        return values(self.connection, self.definitions, names, **how)

    def has(self, *names: str) -> bool:
        return all(name in self.tables for name in names)

    @cached_property
    def definitions(self) -> Definitions:
        return read_definitions(self.home)

    @cached_property
    def words(self) -> AppWords:
        return AppWords(self.settings["channel_map"], self.language)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(str(self.settings["brand_timezone"]))

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The vars of the brand."""
        return brand_vars(self.home)


@contextmanager
def open_reading(home: Home, language: str) -> Generator[Reading]:
    """The published file, for one run of a page.

    Raises:
        NothingPublishedError: If nothing was published yet.
    """
    with open_published(home) as connection:
        found = tables(connection)
        as_of = None
        if "quality.audit_results" in found:
            as_of = connection.execute(
                "select max(as_of_date) from quality.audit_results"
            ).fetchall()[0][0]
        yield Reading(home, language, connection, frozenset(found), as_of)
