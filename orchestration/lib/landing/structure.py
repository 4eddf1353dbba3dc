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
    # The reader's offset counts from 1 and stands before the blank lines before the record; its copy
    # of the record starts with their line ends.
    rows = connection.execute(
        "select s.file_path, e.line_byte_position + length(e.csv_line) "
        "- length(ltrim(e.csv_line, e'\\r\\n')) - 1 as start, any_value(e.error_type), "
        "any_value(length(e.record) - length(replace(e.record, chr(10), ''))) from ("
        "select *, trim(csv_line, chr(10) || chr(13)) as record from reject_errors) as e "
        "join reject_scans as s using (scan_id, file_id) group by 1, 2 order by 1, 2"
    ).fetchall()
    forget_rejects(connection)
    return [
        StructuralReject(
            file=delivery.by_path[path],
            offset=start,
            code=CODES.get(kind, "unreadable_record"),
            swallowed_lines=lines if kind == "UNQUOTED VALUE" else 0,
        )
        for path, start, kind, lines in rows
    ]


def forget_rejects(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("drop table if exists reject_errors")
    connection.execute("drop table if exists reject_scans")


def lines_of(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The lines of a text, each with its LF."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line + b"\n"
    if rest:
        yield rest


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
