"""Writing native files into landing/: deliveries, their duplicates and their spoiled lines.

Belongs here: files of any entity, from columns and a SQL text that shapes one native record.
Does not belong here: what the columns hold.
"""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import Clock
from orchestration.lib.demo.spoiled import SPOILED

SQL_DIR = Path(__file__).parent / "sql"
FILE_ROWS = 1_000_000
RERUN_ROWS = 25
CSV_OPTIONS = "format csv, header true, timestampformat '%Y-%m-%d %H:%M:%S'"


@dataclass(frozen=True)
class Style:
    """How the files of an entity (or of one of its parts) look.

    Args:
        compression: Suffix: "", "gz" or "zst".
        bom: Start the file with a UTF-8 byte order mark (plain CSV only).
        crlf: End lines with CR LF (plain CSV only).
    """

    compression: str = ""
    bom: bool = False
    crlf: bool = False


@dataclass
class Counts:
    """Rows of one delivery day: ``rows`` counts every line, also spoiled and repeated ones."""

    rows: int = 0
    rejected: int = 0
    duplicates: int = 0


@dataclass
class Landing:
    """Writes entities and remembers what a loader must find."""

    root: Path
    clock: Clock
    con: duckdb.DuckDBPyConnection
    progress: Callable[[str], None] = lambda message: None
    counts: dict[str, dict[str, Counts]] = field(default_factory=dict)
    files: int = 0

    def deliver(
        self, entity: str, columns: dict[str, object], *, drop: np.ndarray,
        part: np.ndarray | None = None, part_names: tuple[str, ...] = ("",),
        styles: tuple[Style, ...] = (Style(),), rerun: tuple[int, ...] = (),
        spoil: bool = True,
    ) -> None:  # fmt: skip
        """Write one entity, a folder per delivery and a file per part.

        Args:
            entity: ``channel.entity``; its native shape is ``sql/<channel>__<entity>.sql``.
            columns: Equally long columns, numpy or Arrow.
            drop: Delivery per row, 0 .. drops-1; rows keep their order within a delivery.
            rerun: Deliveries whose first rows are exported a second time.
            spoil: Add the spoiled lines of `spoiled` to two deliveries.
        """
        self.progress(f"{entity}: {len(drop):,} rows")
        part = np.zeros(len(drop), np.int8) if part is None else part
        key = drop * len(part_names) + part
        order = np.argsort(key, kind="stable")
        table = pa.table({name: _arrow(column) for name, column in columns.items()})
        if not np.array_equal(order, np.arange(len(order))):
            table = table.take(pa.array(order))
        edges = np.searchsorted(key[order], np.arange(self.clock.drops * len(part_names) + 1))
        channel, name = entity.split(".")
        sql = _native_sql(channel, name)
        is_json = sql.startswith("-- ndjson")
        for cell in range(self.clock.drops * len(part_names)):
            rows = table.slice(edges[cell], edges[cell + 1] - edges[cell])
            if len(rows) == 0:
                continue
            drop_no, part_no = divmod(cell, len(part_names))
            day = self.clock.drop_days[drop_no]
            folder = self.root / channel / name / f"dt={day}"
            folder.mkdir(parents=True, exist_ok=True)
            stem = "_".join(x for x in (name, part_names[part_no], f"{day:%Y%m%d}") if x)
            counts = self.counts.setdefault(entity, {}).setdefault(str(day), Counts())
            style = styles[part_no % len(styles)]
            for first in range(0, len(rows), FILE_ROWS):
                chunk = rows.slice(first, FILE_ROWS)
                suffix = f"_{first // FILE_ROWS + 1}" if len(rows) > FILE_ROWS else ""
                self._write(folder / f"{stem}{suffix}", chunk, sql, is_json=is_json, style=style)
                counts.rows += len(chunk)
            if drop_no in rerun and part_no == 0:
                again = rows.slice(0, RERUN_ROWS)
                self._write(folder / f"{stem}_rerun", again, sql, is_json=is_json, style=Style())
                counts.rows += len(again)
                counts.duplicates += len(again)
            if spoil and part_no == 0 and drop_no in (0, self.clock.drops - 4):
                lines = self._spoil(
                    folder / f"{stem}_manual", rows.slice(0, 1), sql, changes=SPOILED[entity],
                    is_json=is_json,
                )  # fmt: skip
                counts.rows += lines
                counts.rejected += lines

    def _write(self, path: Path, rows: pa.Table, sql: str, *, is_json: bool, style: Style) -> Path:
        self.con.register("rows", rows)
        target = path.with_name(path.name + (".ndjson" if is_json else ".csv"))
        if style.compression:
            target = target.with_name(f"{target.name}.{style.compression}")
        options = "format json" if is_json else CSV_OPTIONS
        codec = {"": "none", "gz": "gzip", "zst": "zstd"}[style.compression]
        quoted = str(target).replace("'", "''")
        self.con.execute(f"copy ({sql}) to '{quoted}' ({options}, compression {codec})")
        if style.bom or style.crlf:
            content = target.read_bytes()
            content = content.replace(b"\n", b"\r\n") if style.crlf else content
            target.write_bytes((b"\xef\xbb\xbf" if style.bom else b"") + content)
        self.files += 1
        return target

    def _spoil(self, path: Path, row: pa.Table, sql: str, *, changes: tuple, is_json: bool) -> int:
        """Write the spoiled variants of a good row as a file of its own; returns its lines."""
        good = self._write(path, row, sql, is_json=is_json, style=Style())
        text = good.read_text(encoding="utf-8")
        if is_json:
            lines = [_spoil_json(json.loads(text), where, value) for where, value in changes]
            lines.append(text.strip()[: len(text) // 2])  # a line that broke off
            good.write_text("\n".join(lines) + "\n", encoding="utf-8")
            return len(lines)
        reader = list(csv.DictReader(io.StringIO(text)))
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, fieldnames=list(reader[0]), lineterminator="\n")
        writer.writeheader()
        for where, value in changes:
            writer.writerow({**reader[0], where: value})
        good.write_text(buffer.getvalue(), encoding="utf-8")
        return len(changes)


def _native_sql(channel: str, name: str) -> str:
    """SQL text of an entity with the brand's ids filled in."""
    text = (SQL_DIR / f"{channel}__{name}.sql").read_text(encoding="utf-8")
    for constant in ("OA_APPID", "MP_APPID", "CORPID", "YOUZAN_SHOP", "JD_SHOP"):
        text = text.replace(f"${constant}", getattr(brand, constant))
    return text.strip()


def _spoil_json(record: dict, where: str, value: object) -> str:
    target = record
    *parents, leaf = where.split("/")
    for parent in parents:
        target = target[parent]
    target[leaf] = value
    return json.dumps(record, ensure_ascii=False)


def _arrow(column: object) -> pa.Array | pa.ChunkedArray:
    if isinstance(column, np.ndarray):
        return pa.array(column)
    return column


def timestamps(local_s: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Local seconds as a naive Arrow timestamp, null where ``missing``."""
    return pa.array(local_s.astype("datetime64[s]"), mask=missing)


def texts(values: list[str], index: np.ndarray) -> pa.Array:
    """Texts by index, null where it is negative."""
    missing = index < 0
    return pa.array(values, pa.string()).take(pa.array(np.where(missing, 0, index), mask=missing))


def lists(first: np.ndarray, elements: pa.Array, rows: np.ndarray) -> pa.Array:
    """List column whose row i holds ``elements[first[r]:first[r + 1]]`` for r = rows[i]."""
    offsets = pa.array(first.astype(np.int32))
    return pa.ListArray.from_arrays(offsets, elements).take(pa.array(rows))
