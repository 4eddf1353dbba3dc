"""The files that are loaded together, and what was found out about each while reading them.

Belongs here: which files are readable and how each must be handed to the reader. Does not belong
here: running statements (reading.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.landing.feeds import Feeds
from orchestration.lib.landing.files import LandingFile, unix_line_ends
from orchestration.lib.landing.readers import (
    Layout,
    UnreadableFile,
    check_columns,
    keys_sql,
    layout_of,
    source_sql,
)
from orchestration.lib.landing.structure import StructuralReject, without_lines

# JSON files up to this size are searched whole for keys the contract does not know.
SEARCHED_FOR_KEYS = 64 << 20


@dataclass
class Delivery:
    """Readable files with their layout, unreadable ones with the reason code."""

    contract: EntityContract
    layouts: dict[LandingFile, Layout] = field(default_factory=dict)
    quarantined: dict[LandingFile, str] = field(default_factory=dict)
    unknown_columns: dict[LandingFile, set[str]] = field(default_factory=dict)
    # Files read with unified line ends, and the offsets of the lines in them that are left out.
    left_out: dict[LandingFile, set[int]] = field(default_factory=dict)
    without_nul: bool = False
    small_buffers: bool = False
    by_path: dict[str, LandingFile] = field(default_factory=dict)  # as the last source names them

    @classmethod
    def inspect(
        cls,
        files: list[LandingFile],
        contract: EntityContract,
        connection: duckdb.DuckDBPyConnection,
    ) -> "Delivery":
        """Look into every file's beginning; unreadable ones are set aside.

        Raises:
            LandingError: If a readable file lacks a required column.
        """
        delivery = cls(contract)
        for file in files:
            try:
                layout = layout_of(file, contract, connection)
            except UnreadableFile as reason:
                delivery.quarantined[file] = str(reason)
                continue
            if layout is not None:
                delivery.unknown_columns[file] = set(check_columns(layout, file, contract))
                delivery.layouts[file] = layout
        return delivery

    def source(self, feeds: Feeds, only: LandingFile | None = None) -> str:
        """The select that reads the files (or one of them) as filename, nul_cells, r0, r1, ..."""
        groups = self._groups(feeds, [only] if only else list(self.layouts))
        source = " union all ".join(
            source_sql(self.contract, layout, paths, small_buffers=self.small_buffers)
            for layout, paths in groups.items()
        )
        numbers = range(len(self.contract.columns))
        if not self.without_nul:
            columns = ", ".join(f"r{i}" for i in numbers)
            return f"select filename, 0 as nul_cells, {columns} from ({source}) as source"
        cells = " + ".join(
            f"coalesce(r{i} is distinct from {self._without_nul(i)}, false)::int" for i in numbers
        )
        columns = ", ".join(f"{self._without_nul(i)} as r{i}" for i in numbers)
        return f"select filename, {cells} as nul_cells, {columns} from ({source}) as source"

    def _without_nul(self, i: int) -> str:
        cleaned = f"replace(r{i}, chr(0), '')"
        is_json = self.contract.columns[i].data_type == "json"
        # Inside JSON text a NUL is written as an escape.
        return f"replace({cleaned}, '\\u0000', '')" if is_json else cleaned

    def find_unknown_keys(self, connection: duckdb.DuckDBPyConnection, pipes: Path) -> None:
        """Add the top-level keys of JSON files that the contract does not name."""
        known = {column.path[0] for column in self.contract.columns}
        files = [
            file
            for file, layout in self.layouts.items()
            if layout.kind in ("ndjson", "array") and file.text_size <= SEARCHED_FOR_KEYS
        ]
        with Feeds(pipes) as feeds:
            for layout, paths in self._groups(feeds, files).items():
                for path, key in connection.execute(keys_sql(layout, paths)).fetchall():
                    if key not in known:
                        self.unknown_columns[self.by_path[path]].add(key)

    def text(self, file: LandingFile) -> Iterator[bytes]:
        """The bytes the offsets of refused records count in."""
        chunks = file.open_utf8(self.contract.encoding)
        return unix_line_ends(chunks) if file in self.left_out else chunks

    def fed_text(self, file: LandingFile) -> Iterator[bytes]:
        """The bytes the reader is given: `text` with the lines that are left out as line ends."""
        return without_lines(self.text(file), frozenset(self.left_out.get(file, ())))

    def lines_left_out(self) -> list[StructuralReject]:
        return [
            StructuralReject(file, offset, "unterminated_quote", 0)
            for file in self.layouts
            for offset in sorted(self.left_out.get(file, set()))
        ]

    def set_aside(self, file: LandingFile, reason: str) -> None:
        self.quarantined[file] = reason
        del self.layouts[file]

    def _groups(self, feeds: Feeds, files: list[LandingFile]) -> dict[Layout, list[Path]]:
        groups: dict[Layout, list[Path]] = {}
        for file in files:
            if file in self.left_out or file.must_be_transcoded(self.contract.encoding):
                path = feeds.open(file, self.fed_text(file))
            else:
                path = file.path
            self.by_path[str(path)] = file
            groups.setdefault(self.layouts[file], []).append(path)
        return groups
