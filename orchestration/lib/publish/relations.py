"""Where the public tables of a build are, for either engine, as SQL that DuckDB can read.

Belongs here: listing (schema, table, SQL). Does not belong here: writing the published file.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.lib.errors import YutangError
from orchestration.lib.home import Home

PUBLIC_SCHEMAS = ("core", "profile", "goods", "attribution", "activation", "quality")


@dataclass(frozen=True)
class Relation:
    """One public table: its name and what to select from."""

    schema: str
    table: str
    source_sql: str

    @property
    def name(self) -> str:
        return f"{self.schema}.{self.table}"


def attach_duckdb(connection: duckdb.DuckDBPyConnection, home: Home) -> list[Relation]:
    """Attach the working database read-only as ``warehouse`` and list its public tables.

    Raises:
        YutangError: If there is no working database yet.
    """
    if not home.warehouse.exists():
        raise YutangError(f"{home.warehouse} does not exist: run `yutang run` first")
    connection.execute(f"attach '{_quoted(home.warehouse)}' as warehouse (read_only)")
    rows = connection.execute(
        "select table_schema, table_name from information_schema.tables "
        "where table_catalog = 'warehouse' and list_contains($schemas, table_schema)",
        {"schemas": list(PUBLIC_SCHEMAS)},
    ).fetchall()
    return _sorted(
        Relation(schema, table, f'warehouse."{schema}"."{table}"') for schema, table in rows
    )


def spark_relations(connection: duckdb.DuckDBPyConnection, home: Home) -> list[Relation]:
    """The public tables that Spark wrote as Parquet below spark-warehouse/."""
    root = home.root / "spark-warehouse"
    tables = [
        (schema, path)
        for schema in PUBLIC_SCHEMAS
        for path in (root / f"{schema}.db").glob("*")
        if any(path.rglob("*.parquet"))
    ]
    if not tables:
        raise YutangError(f"{root} holds no public table: run `yutang run --target spark` first")
    return _sorted(
        Relation(
            schema,
            path.name,
            f"read_parquet('{_quoted(path)}/**/*.parquet', hive_partitioning = true)",
        )
        for schema, path in tables
    )


def _sorted(relations: Iterable[Relation]) -> list[Relation]:
    order = {schema: position for position, schema in enumerate(PUBLIC_SCHEMAS)}
    return sorted(relations, key=lambda r: (order[r.schema], r.table))


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
