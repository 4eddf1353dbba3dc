"""Adding tables to the published file after it was audited: copied, changed, renamed over it.

Belongs here: the one way in which what is made from the published file gets into it. Does not belong
here: which tables (who makes them) or the file's own publish (release.py).
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb

from orchestration.lib.home import Home
from orchestration.lib.publish.candidate import STORAGE_VERSION


def amend(home: Home, write: Callable[[duckdb.DuckDBPyConnection], None]) -> Path:
    """Replace the published file by a copy with more tables in it.

    A reader that holds the old file open keeps reading it. Two amendments wait for each other; a
    failure leaves the published file as it was.

    Args:
        home: The brand's home; something is published.
        write: Changes the copy, open as the main database.

    Returns:
        The published file.
    """
    beside = home.published.with_name(f".amended.{os.getpid()}.duckdb")
    home.tmp.mkdir(parents=True, exist_ok=True)
    with (home.tmp / "amend.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            shutil.copyfile(home.published, beside)
            with duckdb.connect(
                str(beside), config={"threads": 2, "storage_compatibility_version": STORAGE_VERSION}
            ) as connection:
                write(connection)
                connection.execute("checkpoint")
            sync(beside)
            os.replace(beside, home.published)  # noqa: PTH105 - the atomicity is the point
            sync(home.published.parent)
        finally:
            for path in (beside, beside.with_name(beside.name + ".wal")):
                path.unlink(missing_ok=True)
    return home.published


def create_table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    query: str,
    *,
    description: str,
    columns: Mapping[str, tuple[str, str]],
) -> None:
    """Replace one table by the rows of a query, with types and descriptions.

    Args:
        name: ``schema.table``.
        columns: Type and description by column, in the order of the table.
    """
    schema, table = name.split(".")
    target = f'"{schema}"."{table}"'
    selected = ", ".join(f'cast("{c}" as {kind}) as "{c}"' for c, (kind, _) in columns.items())
    connection.execute(f'create schema if not exists "{schema}"')
    connection.execute(f"create or replace table {target} as select {selected} from ({query})")
    _comment(connection, "table", target, description)
    for column, (_, text) in columns.items():
        _comment(connection, "column", f'{target}."{column}"', text)


def _comment(connection: duckdb.DuckDBPyConnection, kind: str, target: str, text: str) -> None:
    said = " ".join(text.split()).replace("'", "''")
    connection.execute(f"comment on {kind} {target} is '{said}'")


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
