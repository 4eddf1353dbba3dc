"""Where refused rows are: the second pass, over the files of a delivery that has any.

Belongs here: from the n-th row the reader gave to the line of the file it starts on. The verdict
itself comes from the same SQL as in the first pass (judging.py).
"""

import bisect
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.lib.landing import judging
from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.landing.feeds import Feeds
from orchestration.lib.landing.files import BOM, LandingFile
from orchestration.lib.landing.reading import Delivery, StructuralReject

REASONS = {
    "missing_required": "the column is required and empty",
    "float_like_id": "the id went through a floating-point number: its digits are lost",
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
    "line_too_long": "the record is longer than 16 MiB",
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
    column_name: str | None
    reason_code: str
    reason: str


def make_reject(file: LandingFile, line: int, column: str | None, code: str) -> Reject:
    return Reject(file.name, line, column, code, REASONS[code])


def locate(
    connection: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    refused: list[StructuralReject],
    pipes: Path,
) -> list[Reject]:
    """Every refused row of the delivery, in the order of files and lines."""
    rejects = [make_reject(file, 0, None, code) for file, code in delivery.quarantined.items()]
    for file in delivery.layouts:
        structural = [reject for reject in refused if reject.file == file]
        rejects += _locate_in_file(connection, delivery, file, structural, pipes)
    return sorted(rejects, key=lambda reject: (reject.file, reject.line))


def _locate_in_file(
    connection: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    file: LandingFile,
    structural: list[StructuralReject],
    pipes: Path,
) -> list[Reject]:
    contract, layout = delivery.contract, delivery.layouts[file]
    with Feeds(pipes) as feeds:
        source = delivery.source(feeds, only=file)
        bad = connection.execute(bad_rows_sql(contract, source)).fetchall()
    connection.execute("drop table if exists reject_errors; drop table if exists reject_scans")
    if not bad and not structural:
        return []
    if layout.kind in ("parquet", "array"):
        return [make_reject(file, n, contract.columns[i].name, code) for n, i, code in bad]
    left_out = delivery.left_out.get(file, set())
    chunks = delivery.fed_text(file)
    if layout.kind == "ndjson":
        return list(_json_lines(chunks, bad, contract, file))
    starts = record_starts(chunks, contract.delimiter)
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
    for n, i, code in bad:
        found.append((given[n - 1] if n <= len(given) else 0, contract.columns[i].name, code))
    lines = line_numbers(delivery.text(file), sorted({at for at, _, _ in found}))
    return [make_reject(file, lines[at], column, code) for at, column, code in found]


def bad_rows_sql(contract: EntityContract, source: str) -> str:
    """Number (from 1, in file order), first bad column and reason of every bad row."""
    columns = list(enumerate(contract.columns))
    tests = [(i, c, judging.bad_sql(c, f"r{i}", f"v{i}")) for i, c in columns]
    tests = [test for test in tests if test[2]]
    which = " ".join(f"when {bad} then {i}" for i, _, bad in tests)
    why = " ".join(
        f"when {bad} then {judging.reason_sql(c, f'r{i}', f'v{i}')}" for i, c, bad in tests
    )
    empty = " and ".join(f"r{i} is null" for i, _ in columns)
    return (
        "select n, bad, case when nothing then 'malformed_json' else why end from ("
        f"select row_number() over () as n, case {which} end as bad, case {why} end as why, "
        f"{empty} as nothing from ({judging.judged_sql(contract, source)}) as judged) as numbered "
        "where bad is not null order by n"
    )


def record_starts(chunks: Iterator[bytes], delimiter: str) -> list[int]:
    """Byte offsets where the records of a CSV start, without its header; blank lines are none."""
    starts, position, inside = [], 0, False
    for line in _lines(chunks):
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


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line + b"\n"
    if rest:
        yield rest


def _json_lines(
    chunks: Iterator[bytes], bad: list[tuple], contract: EntityContract, file: LandingFile
) -> Iterator[Reject]:
    """Rejects of a newline-delimited file: blank lines are no rows, every other line is one."""
    wanted = iter(bad)
    n, i, code = next(wanted, (0, 0, ""))
    row = 0
    for number, line in enumerate(_lines(chunks), start=1):
        if not line.strip():
            continue
        row += 1
        if row != n:
            continue
        if code == "malformed_json" and _is_object(line):
            code = "missing_required" if not _has_wrong_shape(line, contract) else "not_a_json"
            yield make_reject(file, number, contract.columns[i].name, code)
        else:
            column = None if code == "malformed_json" else contract.columns[i].name
            yield make_reject(file, number, column, code)
        n, i, code = next(wanted, (0, 0, ""))


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _has_wrong_shape(line: bytes, contract: EntityContract) -> bool:
    """True where a value stands in the place of an object that holds declared columns."""
    record = json.loads(line)
    return any(
        len(column.path) > 1
        and record.get(column.path[0]) is not None
        and not isinstance(record[column.path[0]], dict)
        for column in contract.columns
    )


