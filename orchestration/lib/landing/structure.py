"""Records the CSV reader could not split into cells, and the lines that lead it astray.

Belongs here: what the reader says about refused records, in bytes of the text it was given. Does
not belong here: refusing a cell (judging.py), turning offsets into line numbers (locating.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from orchestration.lib.landing.files import LandingFile

if TYPE_CHECKING:
    from orchestration.lib.landing.delivery import Delivery

CODES = {
    "MISSING COLUMNS": "missing_columns",
    "TOO MANY COLUMNS": "too_many_columns",
    "UNQUOTED VALUE": "unterminated_quote",
    "LINE SIZE OVER MAXIMUM": "line_too_long",
    "INVALID ENCODING": "invalid_encoding",
}


@dataclass(frozen=True)
class StructuralReject:
    """A record the reader refused: where its line starts in the text, and why."""

    file: LandingFile
    offset: int
    code: str
    swallowed_lines: int  # lines after the first that the record took with it


def structural_rejects(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery
) -> list[StructuralReject]:
    """What the reader refused in the last statement, one per record."""
    if not any(layout.kind == "csv" for layout in delivery.layouts.values()):
        return []
    rows = connection.execute(
        "select s.file_path, e.line_byte_position, any_value(e.error_type), "
        "any_value(length(e.record) - length(replace(e.record, chr(10), ''))) from ("
        "select *, trim(csv_line, chr(10) || chr(13)) as record from reject_errors) as e "
        "join reject_scans as s using (scan_id, file_id) group by 1, 2"
    ).fetchall()
    forget_rejects(connection)
    rejects = []
    for path in sorted({row[0] for row in rows}):
        file = delivery.by_path[path]
        here = {offset: (kind, lines) for at, offset, kind, lines in rows if at == path}
        settled = line_starts(delivery.fed_text(file), sorted(here))
        for offset, (kind, lines) in sorted(here.items()):
            swallowed = lines if kind == "UNQUOTED VALUE" else 0
            code = CODES.get(kind, "unreadable_record")
            rejects.append(StructuralReject(file, settled[offset], code, swallowed))
    return rejects


def forget_rejects(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("drop table if exists reject_errors")
    connection.execute("drop table if exists reject_scans")


def line_starts(chunks: Iterator[bytes], offsets: list[int]) -> dict[int, int]:
    """Where the line starts that each of the ascending ``offsets`` belongs to.

    The reader's offsets are one off at times: an offset on a line end belongs to the next line.
    """
    starts, position, start = {}, 0, 0
    wanted = iter(offsets)
    offset = next(wanted, None)
    for chunk in chunks:
        while offset is not None and offset < position + len(chunk):
            at = offset - position
            if chunk[at : at + 1] in (b"\n", b"\r"):
                starts[offset] = offset + (2 if chunk[at : at + 2] == b"\r\n" else 1)
            else:
                before = chunk.rfind(b"\n", 0, at)
                starts[offset] = position + before + 1 if before >= 0 else start
            offset = next(wanted, None)
        last = chunk.rfind(b"\n")
        if last >= 0:
            start = position + last + 1
        position += len(chunk)
    while offset is not None:
        starts[offset] = start
        offset = next(wanted, None)
    return starts


def without_lines(chunks: Iterator[bytes], without: frozenset[int]) -> Iterator[bytes]:
    """The same bytes with every line that starts at an offset in ``without`` made of line ends.

    Blank lines are no records, and all other bytes keep their offsets.
    """
    if not without:
        yield from chunks
        return
    position, rest = 0, b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield (b"\n" * len(line) if position in without else line) + b"\n"
            position += len(line) + 1
    yield b"\n" * len(rest) if position in without else rest
