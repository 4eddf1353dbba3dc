"""The vault of one home: a segment per loaded partition, and one base they are merged into.

Belongs here: which segments there are, merging, looking up, erasing. Every opening for a purpose
is logged (access_log.py). Does not belong here: the file format (segments.py).
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.lib.home import Home
from orchestration.lib.vault.access_log import AccessLog
from orchestration.lib.vault.segments import SCHEMA, read_label, read_segment, write_segment

BASE = "base"


class Vault:
    """Clear values by token.

    Args:
        home: Segments lie below ``home.vault``.
        key: 32 bytes; from the secrets folder.
    """

    def __init__(self, home: Home, key: bytes) -> None:
        self._root = home.vault
        self._key = key
        self._log = AccessLog(home.vault / "access.log.jsonl")

    def segment_path(self, channel: str, entity: str, day: date) -> Path:
        return self._path(f"segments/{channel}/{entity}/dt={day.isoformat()}/values")

    def put(
        self, channel: str, entity: str, day: date, tables: Iterable[pa.Table], *, label: str
    ) -> None:
        """Replace the values of one partition; nothing is done if it holds that label already."""
        path = self.segment_path(channel, entity, day)
        if read_label(path) == label:
            return
        if self._write(self._name(path), tables, label) == 0:
            path.unlink(missing_ok=True)

    def lookup(self, tokens: Iterable[str], *, purpose: str) -> dict[str, str]:
        """Clear values of ``tokens``; those the vault does not hold are left out.

        Args:
            tokens: 64 hex digits each.
            purpose: Why the vault is opened; goes to the access log with the number of values.
        """
        wanted = pa.array([bytes.fromhex(token) for token in set(tokens)], type=pa.binary(32))
        found: dict[str, str] = {}
        for table in self._tables():
            hits = table.filter(pc.is_in(table["token"], value_set=wanted))  # ty: ignore[missing-attribute]
            found.update(
                (token.hex(), value)
                for token, value in zip(
                    hits["token"].to_pylist(), hits["value"].to_pylist(), strict=True
                )
            )
        self._log.append(action="lookup", purpose=purpose, asked=len(wanted), found=len(found))
        return found

    def lookup_scoped(self, tokens: Iterable[str], *, purpose: str) -> dict[str, tuple[str, str]]:
        """(clear value, scope) of ``tokens``; scope is empty where the type has none.

        For whoever must know under which appid, shop or corporation a value holds. Logged as `lookup`.
        """
        wanted = pa.array([bytes.fromhex(token) for token in set(tokens)], type=pa.binary(32))
        found: dict[str, tuple[str, str]] = {}
        for table in self._tables():
            hits = table.filter(pc.is_in(table["token"], value_set=wanted))  # ty: ignore[missing-attribute]
            columns = (hits[name].to_pylist() for name in ("token", "value", "scope"))
            for token, value, scope in zip(*columns, strict=True):
                found[token.hex()] = (value, scope or "")
        self._log.append(action="lookup", purpose=purpose, asked=len(wanted), found=len(found))
        return found

    def brands(self, tokens: Iterable[str], *, purpose: str) -> dict[str, str]:
        """Brands of ``tokens``, where identity is kept per brand; unknown ones are left out."""
        wanted = pa.array([bytes.fromhex(token) for token in set(tokens)], type=pa.binary(32))
        found: dict[str, str] = {}
        for table in self._tables():
            hits = table.filter(pc.is_in(table["token"], value_set=wanted))  # ty: ignore[missing-attribute]
            pairs = zip(hits["token"].to_pylist(), hits["brand"].to_pylist(), strict=True)
            found.update((token.hex(), brand) for token, brand in pairs if brand)
        self._log.append(action="brands", purpose=purpose, asked=len(wanted), found=len(found))
        return found

    def read(self, types: Iterable[str], *, purpose: str) -> pa.Table:
        """All values of some identifier types, with the columns of SCHEMA; a value may repeat.

        Args:
            purpose: Why the vault is opened; goes to the access log with the number of values.
        """
        wanted = pa.array(sorted(types), type=pa.string())
        tables = [SCHEMA.empty_table()]
        for path in self._segments():
            for table in read_segment(path, key=self._key, name=self._name(path)):
                is_wanted = pc.is_in(table["identifier_type"], value_set=wanted)  # ty: ignore[missing-attribute]
                tables.append(table.filter(is_wanted))
        found = pa.concat_tables(tables)
        self._log.append(action="read", purpose=purpose, asked=found.num_rows, found=found.num_rows)
        return found

    def fingerprint(self) -> str:
        """Changes whenever a segment was written or removed; cheap, nothing is opened."""
        digest = hashlib.sha256()
        for path in self._segments():
            status = path.stat()
            digest.update(f"{self._name(path)}|{status.st_size}|{status.st_mtime_ns}\n".encode())
        return digest.hexdigest()

    def compact(self) -> int:
        """Merge all segments into the base, each value once. Returns the number of values."""
        segments = self._segments()
        merged = _once([table for table in self._tables()])
        self._write(BASE, [merged], "base")
        for path in segments:
            if self._name(path) != BASE:
                path.unlink()
        return merged.num_rows

    def erase(self, tokens: Iterable[str], *, purpose: str) -> int:
        """Rewrite every segment that holds one of ``tokens`` without it. Returns values erased."""
        unwanted = pa.array([bytes.fromhex(token) for token in set(tokens)], type=pa.binary(32))
        erased = 0
        for path in self._segments():
            name = self._name(path)
            table = pa.concat_tables(read_segment(path, key=self._key, name=name))
            kept = table.filter(pc.invert(pc.is_in(table["token"], value_set=unwanted)))  # ty: ignore[missing-attribute]
            if kept.num_rows < table.num_rows:
                erased += table.num_rows - kept.num_rows
                self._write(name, [kept], read_label(path) or "")
        self._log.append(action="erase", purpose=purpose, asked=len(unwanted), found=erased)
        return erased

    def count(self) -> int:
        """Values in all segments, a value in two segments twice."""
        return sum(table.num_rows for table in self._tables())

    def _segments(self) -> list[Path]:
        return sorted(self._root.glob("**/*.enc"))

    def _tables(self) -> list[pa.Table]:
        return [
            table
            for path in self._segments()
            for table in read_segment(path, key=self._key, name=self._name(path))
        ]

    def _path(self, name: str) -> Path:
        return self._root / f"{name}.enc"

    def _name(self, path: Path) -> str:
        return path.relative_to(self._root).with_suffix("").as_posix()

    def _write(self, name: str, tables: Iterable[pa.Table], label: str) -> int:
        path = self._path(name)
        unfinished = path.with_name(f".{path.name}.unfinished")
        rows = write_segment(unfinished, tables, key=self._key, name=name, label=label)
        unfinished.replace(path)
        return rows


def _once(tables: list[pa.Table]) -> pa.Table:
    """All rows of ``tables``, one per token, ordered by token."""
    if not tables:
        return SCHEMA.empty_table()
    whole = pa.concat_tables(tables).combine_chunks()
    names = [field.name for field in SCHEMA if field.name != "token"]
    grouped = whole.group_by("token", use_threads=False).aggregate([(n, "min") for n in names])
    grouped = grouped.rename_columns([name.removesuffix("_min") for name in grouped.column_names])
    return grouped.select(SCHEMA.names).sort_by("token")
