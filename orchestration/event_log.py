"""Dagster's event log in SQLite with its databases kept open between events.

Belongs here: how the log reaches its files. Does not belong here: what is logged, or the settings
of the instance (instance.py).

Dagster's own storage makes an SQLAlchemy engine, compiles its statements and opens the database
for every statement of every event: 13 of 48 s of processor time of a run whose events are 3,200.
It names no public class to build on, so this is the one module that imports `dagster._core`;
it goes when Dagster keeps its engines.
"""

import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import Engine

# Runs whose database stays open; the UI reads the events of many.
KEPT_OPEN = 4
BUSY_TIMEOUT_S = 60
INDEX = "index"  # the database of all runs, beside one for each


class _Begun(threading.local):
    """Connections of this thread that are within a batch, by database."""

    def __init__(self) -> None:
        self.connections: dict[str, Connection] = {}


class OpenEventLog(SqliteEventLogStorage):
    """The default event log of an instance, in the same files."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: dict[str, Engine] = {}
        self._has_index_columns = False
        self._tables: set[str] = set()
        self._migrations: set[str] = set()
        self._begun = _Begun()
        super().__init__(str(Path(base_dir) / "history" / "runs"), inst_data)
        self._db_lock = threading.RLock()  # a batch holds two databases

    @classmethod
    def config_type(cls) -> Any:
        return {"base_dir": dg.StringSource}

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Mapping[str, Any]) -> "OpenEventLog":
        return cls(inst_data=inst_data, **config_value)

    def store_event_batch(self, events: Sequence[dg.EventLogEntry]) -> None:
        """Store many events in one transaction of each database, all or none.

        Dagster sends the days of an asset, and what a run intends to make, as batches where
        DAGSTER_EVENT_BATCH_SIZE says so (instance.py).
        """
        with ExitStack() as transactions:
            for shard in {INDEX, *(event.run_id for event in events)}:
                connection = transactions.enter_context(self._connect(shard))
                self._begun.connections[shard] = connection
                transactions.callback(self._begun.connections.pop, shard)
            for event in events:
                self.store_event(event)

    @contextmanager
    def _connect(self, shard: str) -> Generator[Connection]:
        if begun := self._begun.connections.get(shard):
            yield begun
            return
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def _engine(self, shard: str) -> Engine:
        engine = self._engines.pop(shard, None) or create_engine(
            self.conn_string_for_shard(shard),
            pool_size=1,
            connect_args={"timeout": BUSY_TIMEOUT_S},
        )
        self._engines[shard] = engine  # the newest last
        for other in list(self._engines)[: -KEPT_OPEN - 1]:
            if other != INDEX:
                self._engines.pop(other).dispose()
        return engine

    def _has_asset_key_index_cols_on_connection(self, conn: Connection) -> bool:
        """Whether the tables have today's columns, asked once instead of for every event."""
        self._has_index_columns = (
            self._has_index_columns or super()._has_asset_key_index_cols_on_connection(conn)
        )
        return self._has_index_columns

    def has_table(self, table_name: str) -> bool:
        """Whether the index has a table; once it does, it keeps it."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def has_secondary_index(self, name: str) -> bool:
        """Whether a migration of the log was made; one that was is not undone."""
        if name not in self._migrations and super().has_secondary_index(name):
            self._migrations.add(name)
        return name in self._migrations

    def dispose(self) -> None:
        """Close all databases."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()
