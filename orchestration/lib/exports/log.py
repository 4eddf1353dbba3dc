"""activation.export_log: every version of every route, from the state.

Belongs here: the table, and replacing it in a copy of the published file. Does not belong here: the
state itself (state.py).
"""

import json
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.lib.home import Home
from orchestration.lib.publish.amending import amend, create_table

SCHEMA = pa.schema(
    [
        ("destination", pa.string()),
        ("audience", pa.string()),
        ("version", pa.int64()),
        ("operation", pa.string()),
        ("id_type", pa.string()),
        ("kind", pa.string()),
        ("status", pa.string()),
        ("as_of_date", pa.date32()),
        ("files", pa.int64()),
        ("files_acknowledged", pa.int64()),
        ("attempts", pa.int64()),
        ("lines", pa.int64()),
        ("accepted", pa.int64()),
        ("valid", pa.int64()),
        ("matched", pa.int64()),
        ("match_rate_pct", pa.decimal128(9, 2)),
        ("errors", pa.string()),
        ("people", pa.int64()),
        ("definition_sha256", pa.string()),
        ("manifest_sha256", pa.string()),
        ("approval_reason", pa.string()),
        ("hold_reason", pa.string()),
        ("hold_reason_zh", pa.string()),
    ]
)
DESCRIPTION = (
    "One row per destination, audience, version, operation and identifier type that was exported or "
    "waits. Operation and type are (none) where a version has no files."
)
COMMENTS = {
    "destination": "Key in activation/destinations.yml; never null.",
    "audience": "Name of the audience; never null.",
    "version": "Number of the version within destination and audience, from 1; never null.",
    "operation": "append, remove or replace; (none) for a version that waits or has no files.",
    "id_type": "Identifier type as the platform calls it; (none) as above.",
    "kind": "difference, full (first or periodic reset) or privacy (only removals that must not wait).",
    "status": "held, prepared, sent, acknowledged or superseded (given up; the next makes up for it).",
    "as_of_date": "Published day the version was made from; never null.",
    "files": "Files of this operation and type.",
    "files_acknowledged": "Of these, files the platform acknowledged.",
    "attempts": "Most often a file of these was sent; 1 is the first time.",
    "lines": "Lines in these files; of a version that waits, lines it would add and remove.",
    "accepted": "Lines the platform says it took; null until it says so.",
    "valid": "Lines the platform says are valid; null until it says so.",
    "matched": "Users the platform says it found; null until it says so.",
    "match_rate_pct": (
        "matched of lines, percent (where a platform counts users, more than 100 is possible); null "
        "for removals and until matched is known."
    ),
    "errors": "Error codes of the platform, comma separated; empty without.",
    "people": "People in the audience who can be sent, when the version was made.",
    "definition_sha256": "SHA-256 of the audience's file when the version was made.",
    "manifest_sha256": "SHA-256 of manifest.json; null while there is none.",
    "approval_reason": "Why somebody released a version that waited; null if nobody had to.",
    "hold_reason": "Why the version waits or waited, in English; null if it did not.",
    "hold_reason_zh": "The same in Chinese.",
}


def export_log_table(home: Home) -> pa.Table:
    """The log of a home, sorted; without rows where nothing was ever exported."""
    rows: list[dict[str, Any]] = []
    for path in sorted((home.state / "exports").glob("*/*/state.json")):
        rows += _rows(path)
    rows.sort(
        key=lambda r: (r["destination"], r["audience"], r["version"], r["operation"], r["id_type"])
    )
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def write_log(connection: duckdb.DuckDBPyConnection, home: Home) -> int:
    """Write the table, with descriptions, into an open file. Returns its rows."""
    found = export_log_table(home)
    kinds = {
        pa.string(): "varchar", pa.int64(): "bigint", pa.date32(): "date",
        pa.decimal128(9, 2): "decimal(9,2)",
    }  # fmt: skip
    connection.register("exported", found)
    create_table(
        connection, "activation.export_log", "select * from exported", description=DESCRIPTION,
        columns={field.name: (kinds[field.type], COMMENTS[field.name]) for field in SCHEMA},
    )  # fmt: skip
    connection.unregister("exported")
    return found.num_rows


def publish_log(home: Home) -> int:
    """Replace the published file by a copy with the log of today. Returns the log's rows.

    Whoever calls it holds the warehouse pool: a publish at the same time would be undone.
    """
    if not home.published.exists():
        return 0
    rows = []
    amend(home, lambda connection: rows.append(write_log(connection, home)))
    return rows[0]


def _rows(path: Path) -> list[dict[str, Any]]:
    state = json.loads(path.read_text(encoding="utf-8"))
    destination, audience = path.parent.parent.name, path.parent.name
    versions = [*state["history"], state["pending"], state["held"]]
    return [
        {"destination": destination, "audience": audience, **row}
        for version in versions
        if version
        for row in _of_version(version)
    ]


def _of_version(version: dict[str, Any]) -> list[dict[str, Any]]:
    shared = {
        "version": version["number"],
        "kind": version["kind"],
        "status": version["status"],
        "as_of_date": date.fromisoformat(version["as_of"]),
        "people": version["books"].get("people"),
        "definition_sha256": version["definition_sha256"],
        "manifest_sha256": version["manifest_sha256"],
        "approval_reason": version["approval"],
        "hold_reason": "; ".join(version["reasons"]) or None,
        "hold_reason_zh": "；".join(version["reasons_zh"]) or None,
    }
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for part in version["parts"]:
        groups.setdefault((part["operation"], part["id_type"]), []).append(part)
    if not groups:
        books = version["books"]
        waiting = books.get("lines_added", 0) + books.get("lines_removed", 0)
        nothing = {"files": 0, "files_acknowledged": 0, "attempts": 0, "errors": ""}
        return [{**shared, **nothing, "operation": "(none)", "id_type": "(none)", "lines": waiting}]
    return [{**shared, **_summed(key, parts)} for key, parts in sorted(groups.items())]


def _summed(key: tuple[str, str], parts: list[dict[str, Any]]) -> dict[str, Any]:
    operation, id_type = key
    lines = sum(part["lines"] for part in parts)
    matched = _sum(parts, "matched")
    rate = None
    if matched is not None and operation != "remove" and lines:
        rate = (Decimal(100) * matched / lines).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return {
        "operation": operation,
        "id_type": id_type,
        "files": len(parts),
        "files_acknowledged": sum(part["status"] == "acknowledged" for part in parts),
        "attempts": max(part["attempts"] for part in parts),
        "lines": lines,
        "accepted": _sum(parts, "accepted"),
        "valid": _sum(parts, "valid"),
        "matched": matched,
        "match_rate_pct": rate,
        "errors": ",".join(sorted({error for part in parts for error in part["errors"]})),
    }


def _sum(parts: list[dict[str, Any]], name: str) -> int | None:
    known = [part[name] for part in parts if part[name] is not None]
    return sum(known) if known else None
