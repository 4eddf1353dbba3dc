"""Sets of values at rest: encrypted with the key of the vault, so state/ holds nothing readable.

A destination's values must be kept: to remove somebody who was erased, the platform must be told the
very value it got, which the vault no longer has. Belongs here: writing and reading a set. Does not
belong here: what the tags mean (state.py).
"""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from orchestration.lib.exports.sets import Entry
from orchestration.lib.vault.segments import SCHEMA, read_segment, write_segment

NO_TOKEN = b"\0" * 32


def write_set(path: Path, rows: Iterable[tuple[Entry, str]], *, key: bytes, name: str) -> None:
    """Write (entry, tag) rows; the file appears whole or not at all."""
    rows = list(rows)
    table = pa.table(
        {
            "token": pa.array(
                [bytes.fromhex(e.token) if e.token else NO_TOKEN for e, _ in rows], pa.binary(32)
            ),
            "identifier_type": pa.array([e.id_type for e, _ in rows], pa.string()),
            "scope": pa.array([_owner(e) for e, _ in rows], pa.string()),
            "value": pa.array([e.value for e, _ in rows], pa.string()),
            "brand": pa.array([tag for _, tag in rows], pa.string()),
        },
        schema=SCHEMA,
    )
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        write_segment(unfinished, [table], key=key, name=name, label="export")
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    unfinished.replace(path)


def read_set(path: Path, *, key: bytes, name: str) -> list[tuple[Entry, str]]:
    """The rows of a set."""
    rows = []
    for table in read_segment(path, key=key, name=name):
        columns = (table[name].to_pylist() for name in SCHEMA.names)
        for token, id_type, owner, value, tag in zip(*columns, strict=True):
            known = "" if token == NO_TOKEN else token.hex()
            one_id, _, sender = owner.partition("\t")
            rows.append((Entry(id_type, value, one_id, known, sender), tag))
    return rows


def _owner(entry: Entry) -> str:
    """The person, and after a tab who writes to it."""
    return f"{entry.one_id}\t{entry.sender}" if entry.sender else entry.one_id
