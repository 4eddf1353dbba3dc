"""What explanations are made from: the published file and raw/_observations, both read-only.

Belongs here: opening them as relations of one DuckDB connection. Does not belong here: the working
database, which a run may be writing, or any clear value. Relations: `published.*`, `observed`
(sightings delivered up to the as-of day), `delivered` (all of them), `types`, `aliases`, `manual_links`,
`blocked`, `ended`, `stated`, `suggested`; those whose file or table does not exist are empty.
"""

import csv
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.identity.explaining.errors import ExplainError

_OBSERVED = """
    channel varchar, entity varchar, record_group varchar, identifier_type varchar,
    identifier_scope varchar, identifier_token varchar, identifier_status varchar,
    is_verified boolean, first_observed_at timestamp, last_observed_at timestamp,
    record_count bigint, dt date
"""
_REFERENCE = {
    "aliases": ("identifier_aliases", "alias_type varchar, alias_token varchar, identifier_token varchar"),
    "manual_links": (
        "manual_links",
        "link varchar, token_a varchar, token_b varchar, author varchar, reason varchar, "
        "decided_on date, line integer",
    ),
    "blocked": ("blocked_identifiers", "identifier_type varchar, identifier_token varchar, reason varchar"),
}  # fmt: skip
_QUALITY = {
    "ended": (
        "identity_links_ended",
        "record_group varchar, identifier_token varchar, reason varchar, ended_at timestamp",
    ),
    "stated": (
        "identity_statements",
        "event_id varchar, record_group varchar, identifier_type varchar, "
        "identifier_token varchar, event varchar, occurred_at timestamp",
    ),
    "suggested": (
        "identity_suggestions",
        "token_a varchar, token_b varchar, one_id_a varchar, one_id_b varchar, "
        "match_probability double, agreeing_fields varchar, decision varchar",
    ),
}  # fmt: skip
_NEEDED = ("core.bridge_customer_identifiers", "core.identity_history", "core.one_ids",
           "core.identity_aliases", "quality.identity_conflicts")  # fmt: skip


@dataclass(frozen=True)
class Sources:
    """An open connection and the day the published file describes."""

    connection: duckdb.DuckDBPyConnection
    as_of: date

    def rows(self, sql: str, parameters: dict | list | None = None) -> list[tuple]:
        return self.connection.execute(sql, parameters).fetchall()


@contextmanager
def open_sources(home: Home, *, project_dir: Path = PROJECT_DIR) -> Generator[Sources]:
    """Open what is published and delivered; a run that is writing is not disturbed.

    Raises:
        ExplainError: If nothing was published yet, or by a version that had no identity history.
    """
    if not home.published.exists():
        raise ExplainError(f"{home.published} does not exist yet: run `yutang run`")
    settings: dict[str, str | float | list[str]] = {
        "threads": os.environ.get("YUTANG_THREADS") or "2",
        "memory_limit": os.environ.get("YUTANG_MEMORY") or "4GB",
        "temp_directory": str(home.tmp),
    }
    with duckdb.connect(config=settings) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {_text(home.published)} as published (read_only)")
        tables = {
            f"{schema}.{table}"
            for schema, table in connection.execute(
                "select schema_name, table_name from duckdb_tables() "
                "where database_name = 'published'"
            ).fetchall()
        }
        if missing := [name for name in _NEEDED if name not in tables]:
            raise ExplainError(
                f"{home.published} has no {', '.join(missing)}: publish again with `yutang run`"
            )
        as_of = _as_of(connection, tables)
        _create_observed(connection, home, as_of)
        for name, (file, columns) in _REFERENCE.items():
            _create_reference(
                connection, name, home.raw / "_reference" / f"{file}.parquet", columns
            )
        for name, (table, columns) in _QUALITY.items():
            source = f"published.quality.{table}" if f"quality.{table}" in tables else None
            _create(connection, name, columns, source)
        _create_types(connection, project_dir)
        yield Sources(connection, as_of)


def _as_of(connection: duckdb.DuckDBPyConnection, tables: set[str]) -> date:
    newest = None
    if "quality.audit_results" in tables:
        newest = connection.execute(
            "select max(as_of_date) from published.quality.audit_results"
        ).fetchall()[0][0]
    return newest or date.max


def _create_observed(connection: duckdb.DuckDBPyConnection, home: Home, as_of: date) -> None:
    files = str(home.raw / "_observations" / "*" / "*" / "dt=*" / "*.parquet")
    connection.execute("set variable as_of = $1::date", [as_of])
    found = connection.execute("select count(*) from glob($1)", [files]).fetchall()[0][0]
    source = f"read_parquet({_text(files)}, hive_partitioning = true)" if found else None
    _create(connection, "delivered", _OBSERVED, source)
    connection.execute(
        "create temp view observed as select * from delivered "
        "where identifier_token is not null and dt <= getvariable('as_of')"
    )


def _create_reference(
    connection: duckdb.DuckDBPyConnection, name: str, path: Path, columns: str
) -> None:
    _create(connection, name, columns, f"read_parquet({_text(path)})" if path.exists() else None)


def _create(
    connection: duckdb.DuckDBPyConnection, name: str, columns: str, source: str | None
) -> None:
    """A view of ``columns`` over ``source``, null where it lacks one; empty without a source."""
    connection.execute(f"create temp table no_{name} ({columns})")
    body = f"select * from no_{name}"
    if source:
        wanted = [row[0] for row in connection.execute(f"describe no_{name}").fetchall()]
        given = {row[0] for row in connection.execute(f"describe from {source}").fetchall()}
        listed = ", ".join(f'"{c}"' if c in given else f'null as "{c}"' for c in wanted)
        body = f"select {listed} from {source}"
    connection.execute(f"create temp view {name} as {body}")


def _create_types(connection: duckdb.DuckDBPyConnection, project_dir: Path) -> None:
    path = project_dir / "seeds" / "identity" / "identifier_types.csv"
    connection.execute(
        "create temp table types (identifier_type varchar, identifier_class varchar, "
        "identifier_rank integer, unverified_rank integer, valid_days integer)"
    )
    with path.open(encoding="utf-8-sig", newline="") as lines:
        found = {line["identifier_type"]: line for line in csv.DictReader(lines)}
    connection.executemany(
        "insert into types values (?, ?, ?, ?, ?)",
        [
            (
                name,
                line["identifier_class"],
                int(line["rank"]),
                int(found.get(f"{name}_unverified", line)["rank"]),
                int(line["valid_days"]) if line.get("valid_days") else None,
            )
            for name, line in found.items()
        ],
    )


def _text(path: Path | str) -> str:
    return "'" + str(path).replace("'", "''") + "'"
