"""Reading the published file, while it may be replaced.

Belongs here: opening it for a moment. Does not belong here: any query. Every opening is a database of
its own in memory with the file attached read-only: in one process DuckDB hands out the file that is
already open, so a reader that shared it would keep the old one after a publish.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager

import duckdb

from orchestration.lib.errors import YutangError
from orchestration.lib.home import Home

NAME = "published"


class NothingPublishedError(YutangError):
    """There is no published file yet."""


@contextmanager
def open_published(home: Home) -> Generator[duckdb.DuckDBPyConnection]:
    """The published file as it is now, read-only, as the current database.

    Raises:
        NothingPublishedError: If nothing was published yet.
    """
    if not home.published.exists():
        raise NothingPublishedError(f"{home.published} does not exist yet: run `yutang run`")
    settings: dict[str, str | float | list[str]] = {
        "threads": os.environ.get("YUTANG_THREADS") or "2",
        "memory_limit": os.environ.get("YUTANG_MEMORY") or "4GB",
    }
    with duckdb.connect(config=settings) as connection:
        connection.execute("set TimeZone = 'UTC'")
        path = str(home.published).replace("'", "''")
        connection.execute(f"attach '{path}' as {NAME} (read_only)")
        connection.execute(f"use {NAME}")
        yield connection


def tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """``schema.table`` of everything published."""
    return {
        f"{schema}.{table}"
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = $name",
            {"name": NAME},
        ).fetchall()
    }
