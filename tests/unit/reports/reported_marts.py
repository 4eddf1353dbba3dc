"""A published file from reported_marts.sql, whole, without rows, or without tables.

Belongs here: writing it. Does not belong here: rows (the SQL file), assertions.
"""

from pathlib import Path

import duckdb

from orchestration.lib.home import Home

SQL = Path(__file__).with_suffix(".sql")


def published(folder: Path, *, rows: bool = True, tables: bool = True) -> Home:
    """A home with a published file."""
    home = Home(root=folder / "home", secrets=folder / "secrets")
    home.published.parent.mkdir(parents=True)
    with duckdb.connect(str(home.published)) as connection:
        connection.execute(SQL.read_text(encoding="utf-8"))
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_tables()"
        ).fetchall():
            if not tables:
                connection.execute(f"drop table {schema}.{table}")
            elif not rows:
                connection.execute(f"delete from {schema}.{table}")
    return home
