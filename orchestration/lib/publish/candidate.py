"""Building the file that may be published, beside the one that is.

Belongs here: copying the public tables with their descriptions into a new file. Does not belong
here: deciding whether it may be published (release.py) or what is expected of it (expectations).
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.lib.home import Home
from orchestration.lib.publish.relations import Relation, attach_duckdb, spark_relations

# Older DuckDB readers (many BI tools) cannot open a file of DuckDB 2.0's own storage version.
STORAGE_VERSION = "v1.5.0"


@dataclass(frozen=True)
class TableDoc:
    """What the dbt manifest says of one table: descriptions, key columns and contract types."""

    description: str
    grain: tuple[str, ...]
    columns: dict[str, tuple[str, str]]  # name -> (data type, description)


def candidate_path(home: Home) -> Path:
    return home.published.with_name(".candidate.duckdb")


def build_candidate(home: Home, *, manifest: Path, target: str) -> dict[str, int]:
    """Write the public tables of the last build into a new file beside the published one.

    Rows are ordered by the grain of their table, so the same rows give the same file content and
    scans by key skip blocks.

    Args:
        home: The brand's home.
        manifest: manifest.json of the build, for descriptions and grains.
        target: Engine of the build: ``duckdb`` or ``spark``.

    Returns:
        Rows per table, by ``schema.table``.
    """
    path = candidate_path(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    discard_candidate(home)
    docs = read_docs(manifest)
    with duckdb.connect(config={"threads": 2, "temp_directory": str(home.tmp)}) as connection:
        list_relations = spark_relations if target == "spark" else attach_duckdb
        relations = list_relations(connection, home)
        connection.execute(
            f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as candidate "
            f"(storage_version '{STORAGE_VERSION}')"
        )
        connection.execute("begin")  # one write of the journal instead of one per description
        counts = {
            relation.name: _copy(connection, relation, docs.get(relation.name))
            for relation in relations
            if relation.name in docs
        }
        connection.execute("commit")
        connection.execute("checkpoint candidate")
        connection.execute("detach candidate")
    return counts


def discard_candidate(home: Home) -> None:
    """Remove a candidate that was refused or is about to be rebuilt."""
    for path in (candidate_path(home), candidate_path(home).with_suffix(".duckdb.wal")):
        path.unlink(missing_ok=True)


def read_docs(manifest: Path) -> dict[str, TableDoc]:
    """Descriptions, grains and types of the project's models, by ``schema.table``."""
    nodes: dict[str, dict[str, Any]] = json.loads(manifest.read_text())["nodes"]
    return {
        f"{node['schema']}.{node['alias']}": TableDoc(
            description=node.get("description", ""),
            grain=tuple(node.get("config", {}).get("meta", {}).get("grain", ())),
            columns={
                column["name"]: (column.get("data_type") or "", column.get("description", ""))
                for column in node.get("columns", {}).values()
            },
        )
        for node in nodes.values()
        if node["resource_type"] == "model"
    }


def _copy(connection: duckdb.DuckDBPyConnection, relation: Relation, doc: TableDoc | None) -> int:
    doc = doc or TableDoc("", (), {})
    described = connection.execute(f"describe from {relation.source_sql}").fetchall()
    types = {row[0]: row[1] for row in described}
    columns = [name for name in doc.columns if name in types] or list(types)
    selected = ", ".join(
        f'cast("{name}" as {_duckdb_type(doc.columns[name][0]) or types[name]}) as "{name}"'
        if name in doc.columns
        else f'"{name}"'
        for name in columns
    )
    order = ", ".join(f'"{name}"' for name in doc.grain if name in types) or "all"
    target = f'candidate."{relation.schema}"."{relation.table}"'
    connection.execute(f'create schema if not exists candidate."{relation.schema}"')
    connection.execute(
        f"create table {target} as select {selected} from {relation.source_sql} order by {order}"
    )
    _comment(connection, "table", target, doc.description)
    for name in columns:
        if name in doc.columns:
            _comment(connection, "column", f'{target}."{name}"', doc.columns[name][1])
    return connection.execute(f"select count(*) from {target}").fetchall()[0][0]


def copy_comments(
    connection: duckdb.DuckDBPyConnection, table: str, *, source: str, target: str
) -> None:
    """Give ``<target>.<table>`` the descriptions of the table of that name in another database."""
    schema, name = table.split(".")
    found = {"database": source, "schema": schema, "name": name}
    where = "where database_name = $database and schema_name = $schema and table_name = $name"
    for (text,) in connection.execute(
        f"select comment from duckdb_tables() {where}", found
    ).fetchall():
        _comment(connection, "table", f"{target}.{table}", text or "")
    for column, text in connection.execute(
        f"select column_name, comment from duckdb_columns() {where}", found
    ).fetchall():
        _comment(connection, "column", f'{target}.{table}."{column}"', text or "")


def _duckdb_type(data_type: str) -> str:
    return "varchar" if data_type.lower() == "string" else data_type


def _comment(
    connection: duckdb.DuckDBPyConnection, kind: str, target: str, description: str
) -> None:
    text = " ".join(description.split()).replace("'", "''")
    if text:
        connection.execute(f"comment on {kind} {target} is '{text}'")
