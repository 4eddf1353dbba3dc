"""Refused rows for people: where they are, why, and their text, read from landing at that moment.

Belongs here: the list behind `yutang rejects`. The text is shown and never stored.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import duckdb

from orchestration.lib.home import Home
from orchestration.lib.landing import sql
from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.landing.files import LandingFile, landing_files

LONGEST_TEXT = 2000  # characters shown of one record


@dataclass(frozen=True)
class RefusedRow:
    """One line of `_rejects` with the original text; None where landing no longer has it."""

    channel: str
    entity: str
    day: date
    file: str
    line: int
    column_name: str | None
    reason_code: str
    reason: str
    text: str | None = field(repr=False)


def list_rejects(
    home: Home,
    contracts: dict[tuple[str, str], EntityContract],
    *,
    channel: str | None = None,
    entity: str | None = None,
    day: date | None = None,
    limit: int = 20,
) -> list[RefusedRow]:
    """Refused rows, newest day first, then by file and line.

    Args:
        limit: Most rows returned; the texts of only these are read.
    """
    paths = sorted((home.raw / "_rejects").glob("*/*/dt=*/part-0.parquet"))
    if not paths:
        return []
    wanted = {"channel": channel, "entity": entity, "day": day.isoformat() if day else None}
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select channel, entity, dt, file, line, column_name, reason_code, reason from ("
            "select *, split_part(file, '/', 1) as channel, split_part(file, '/', 2) as entity, "
            "split_part(split_part(file, '/', 3), '=', 2)::date as dt from read_parquet("
            f"{sql.texts([str(path) for path in paths])}, hive_partitioning = false)) as rejects "
            "where channel = coalesce($channel, channel) and entity = coalesce($entity, entity) "
            "and dt = coalesce($day::date, dt) order by dt desc, file, line limit $limit",
            {**wanted, "limit": limit},
        ).fetchall()
    texts = _texts(home, contracts, rows)
    return [RefusedRow(*row, text=texts.get((row[3], row[4]))) for row in rows]


def _texts(
    home: Home, contracts: dict[tuple[str, str], EntityContract], rows: list[tuple]
) -> dict[tuple[str, int], str]:
    wanted: dict[str, set[int]] = {}
    places: dict[str, tuple] = {}
    for channel, entity, day, file, line, *_ in rows:
        wanted.setdefault(file, set()).add(line)
        places[file] = (channel, entity, day)
    texts = {}
    for name, lines in wanted.items():
        channel, entity, day = places[name]
        contract = contracts.get((channel, entity))
        if contract is None:
            continue
        files = landing_files(home, contract, day)
        for file in (file for file in files if file.name == name and file.format != "parquet"):
            for line, text in _records(file, contract.encoding, lines):
                texts[(name, line)] = text[:LONGEST_TEXT]
    return texts


def _records(file: LandingFile, encoding: str, lines: set[int]) -> Iterator[tuple[int, str]]:
    """The text on the wanted lines (from 1)."""
    rest, number = b"", 0
    try:
        for chunk in file.open_utf8(encoding):
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                number += 1
                if number in lines:
                    yield number, line.rstrip(b"\r").decode("utf-8", "replace")
            if number >= max(lines):
                return
    except (OSError, EOFError):
        return
    if number + 1 in lines:
        yield number + 1, rest.decode("utf-8", "replace")
