"""Where refused rows are: a second look at the text of the files that have any.

Belongs here: from the n-th row the reader gave to the line of the file it starts on. The verdict
itself comes from SQL (judging.py).
"""

import bisect
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from orchestration.lib.landing.delivery import Delivery
from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.landing.files import BOM, LandingFile
from orchestration.lib.landing.structure import StructuralReject, lines_of

REASONS = {
    "missing_required": "the column is required and empty",
    "line_break_in_id": "an id of several lines: mostly a quote that is opened and not closed",
    "float_like_id": "the id went through a floating-point number: its digits are lost",
    "unknown_identifier_type": "no identifier type that links people (identifier_types.csv)",
    "not_a_integer": "not a whole number",
    "not_a_number": "not a number",
    "not_a_date": "not a date",
    "not_a_timestamp": "not a date and time",
    "not_a_boolean": "not true or false",
    "not_a_json": "not a JSON array or object",
    "bad_element": "an element of the array has a bad value",
    "missing_columns": "fewer cells than the header",
    "too_many_columns": "more cells than the header",
    "unterminated_quote": "a quote that is opened and not closed, or text after a closing quote",
    "invalid_encoding": "bytes that are not text in the declared encoding",
    "line_too_long": "the record is longer than 2 MB",
    "unreadable_record": "the record cannot be split into cells",
    "malformed_json": "the line is not a JSON object",
    "unreadable_file": "the file is truncated, corrupt or not of the format its name says",
    "unknown_format": "the name does not end in csv, ndjson, jsonl, json or parquet",
    "no_header": "the file has no header line",
    "unterminated_quotes": "too many quotes that are opened and not closed",
}


@dataclass(frozen=True, order=True)
class Reject:
    """One refused row (or file: line 0), with everything but its text."""

    file: str
    line: int
    reason_code: str
    column_name: str | None = field(compare=False)
    reason: str = field(compare=False)


def make_reject(file: LandingFile, line: int, column: str | None, code: str) -> Reject:
    return Reject(file.name, line, code, column, REASONS[code])


@dataclass(frozen=True)
class BadRow:
    """A row that SQL refused: its number (from 1) among the rows the reader gave of its file."""

    number: int
    column: int
    code: str


def locate(
    delivery: Delivery, file: LandingFile, bad: list[BadRow], structural: list[StructuralReject]
) -> list[Reject]:
    """Refused rows of one file by line.

    Args:
        bad: Ascending by number.
        structural: Records of this file that the reader itself refused.
    """
    if not bad and not structural:
        return []
    contract, kind = delivery.contract, delivery.layouts[file].kind
    if kind == "ndjson":
        return list(_json_lines(delivery.fed_text(file), bad, contract, file))
    if kind in ("parquet", "array"):
        return [
            make_reject(file, row.number, contract.columns[row.column].name, row.code)
            for row in bad
        ]
    left_out = delivery.left_out.get(file, set())
    starts = record_starts(delivery.fed_text(file), contract.delimiter)
    found: list[tuple[int, str | None, str]] = []
    refused = set()
    for reject in structural:
        at = bisect.bisect_right(starts, reject.offset) - 1
        if reject.offset not in left_out and at >= 0:
            refused.add(at)
            found.append((starts[at], None, reject.code))
        else:
            found.append((reject.offset, None, reject.code))
    given = [start for at, start in enumerate(starts) if at not in refused]
    for row in bad:
        start = given[row.number - 1] if row.number <= len(given) else 0
        found.append((start, contract.columns[row.column].name, row.code))
    lines = line_numbers(delivery.text(file), sorted({at for at, _, _ in found}))
    return sorted(make_reject(file, lines[at], column, code) for at, column, code in found)


def record_starts(chunks: Iterator[bytes], delimiter: str) -> list[int]:
    """Byte offsets where the records of a CSV start, without its header; blank lines are none."""
    starts, position, inside = [], 0, False
    for line in lines_of(chunks):
        if not inside and line.strip(b"\r\n"):
            starts.append(position)
        if inside or b'"' in line:
            text = line.removeprefix(BOM) if position == 0 else line
            inside = _ends_inside_quotes(text, inside, delimiter.encode())
        position += len(line)
    return starts[1:]


def line_numbers(chunks: Iterator[bytes], offsets: list[int]) -> dict[int, int]:
    """The line (from 1) that each of the ascending ``offsets`` lies on."""
    numbers, position, line = {}, 0, 1
    wanted = iter(offsets)
    offset = next(wanted, None)
    for chunk in chunks:
        at = 0
        while offset is not None and offset < position + len(chunk):
            line += chunk.count(b"\n", at, offset - position)
            at = offset - position
            numbers[offset] = line
            offset = next(wanted, None)
        line += chunk.count(b"\n", at)
        position += len(chunk)
    while offset is not None:
        numbers[offset] = line
        offset = next(wanted, None)
    return numbers


def _ends_inside_quotes(line: bytes, inside: bool, delimiter: bytes) -> bool:  # noqa: FBT001
    """Whether a quoted cell is still open at the end of the line. A quote opens only at a cell's start."""
    at, end = 0, len(line.rstrip(b"\r\n"))
    while True:
        if not inside:
            if line[at : at + 1] != b'"':
                at = line.find(delimiter, at)
                if at < 0:
                    return False
                at += 1
                continue
            at += 1
        closing = line.find(b'"', at)
        if closing < 0:
            return True
        if line[closing + 1 : closing + 2] == b'"':
            inside, at = True, closing + 2
            continue
        inside = False
        at = line.find(delimiter, closing + 1)
        if at < 0 or at >= end:
            return False
        at += 1


def _json_lines(
    chunks: Iterator[bytes], bad: list[BadRow], contract: EntityContract, file: LandingFile
) -> Iterator[Reject]:
    """Rejects of a newline-delimited file: blank lines are no rows, every other line is one."""
    wanted = iter(bad)
    row = next(wanted, None)
    count = 0
    for number, line in enumerate(lines_of(chunks), start=1):
        if row is None:
            return
        if not line.strip():
            continue
        count += 1
        if count == row.number:
            column, code = _json_reason(line, row, contract)
            yield make_reject(file, number, column, code)
            row = next(wanted, None)


def _json_reason(line: bytes, row: BadRow, contract: EntityContract) -> tuple[str | None, str]:
    """A row of nothing is a broken line, or an object without any declared key."""
    column = contract.columns[row.column].name
    if row.code != "malformed_json":
        return column, row.code
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None, "malformed_json"
    if not isinstance(record, dict):
        return None, "malformed_json"
    return column, "missing_required"
