"""The SQLAlchemy dialect through which Great Expectations reads DuckDB.

Belongs here: the one difference to duckdb-sqlalchemy that Great Expectations needs. It gives a
connection back to the pool before it fetches the rows, and DuckDB's cursor is gone by then; so
this dialect's cursor reads the result, which is always small here, as soon as it executes.
Does not belong here: what is expected of the data.
"""

from collections import deque
from typing import Any

from duckdb_sqlalchemy import Dialect, DuckDBExecutionContext
from sqlalchemy.dialects import registry

NAME = "yutang_duckdb"


class BufferedCursor:
    """A DB-API cursor that holds its whole result from the moment it executed."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self._rows: deque[tuple[Any, ...]] = deque()
        self.description: Any = None
        self.rowcount = -1
        self.arraysize = 1

    def execute(self, statement: str, parameters: Any = None, context: Any = None) -> None:
        self._cursor.execute(statement, parameters, context)
        self._buffer()

    def executemany(self, statement: str, parameters: Any = None, context: Any = None) -> None:
        self._cursor.executemany(statement, parameters, context)
        self._buffer()

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        wanted = min(size or self.arraysize, len(self._rows))
        return [self._rows.popleft() for _ in range(wanted)]

    def fetchall(self) -> list[tuple[Any, ...]]:
        rows = list(self._rows)
        self._rows.clear()
        return rows

    def close(self) -> None:
        self._cursor.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def _buffer(self) -> None:
        self.description = self._cursor.description
        self.rowcount = self._cursor.rowcount
        self._rows = deque(self._cursor.fetchall() if self.description else ())


class BufferedExecutionContext(DuckDBExecutionContext):
    """Hands out buffered cursors."""

    def create_cursor(self) -> Any:
        return BufferedCursor(super().create_cursor())


class BufferedDialect(Dialect):
    """duckdb-sqlalchemy with cursors that survive the return of their connection."""

    name = NAME
    supports_statement_cache = True
    execution_ctx_cls = BufferedExecutionContext


def register() -> None:
    """Make ``yutang_duckdb:///file`` a connection string. Repeating it changes nothing."""
    registry.register(NAME, __name__, BufferedDialect.__name__)
