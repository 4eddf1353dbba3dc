"""Running the one statement that reads a delivery, and what may go wrong with single files.

Belongs here: setting broken files aside, refused records of the CSV reader, NUL bytes, counting
what was read. Does not belong here: what is done with the rows (loader.py).
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.lib.landing import sql
from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.landing.errors import LandingError
from orchestration.lib.landing.feeds import Feeds
from orchestration.lib.landing.files import LandingFile, unix_line_ends
from orchestration.lib.landing.readers import (
    Layout,
    UnreadableFile,
    check_columns,
    layout_of,
    source_sql,
)

STRUCTURAL_CODES = {
    "MISSING COLUMNS": "missing_columns",
    "TOO MANY COLUMNS": "too_many_columns",
    "UNQUOTED VALUE": "unterminated_quote",
    "LINE SIZE OVER MAXIMUM": "line_too_long",
    "INVALID ENCODING": "invalid_encoding",
}
# Each line left out costs one more reading of the file.
MOST_LINES_LEFT_OUT = 50


@dataclass
class Delivery:
    """The readable part of a day's files, and what was found out about them."""

    contract: EntityContract
    layouts: dict[LandingFile, Layout] = field(default_factory=dict)
    quarantined: dict[LandingFile, str] = field(default_factory=dict)
    unknown_columns: set[str] = field(default_factory=set)
    # Files read with unified line ends, and the offsets of the lines in them that are left out.
    left_out: dict[LandingFile, set[int]] = field(default_factory=dict)
    without_nul: bool = False
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
                delivery.unknown_columns.update(check_columns(layout, file, contract))
                delivery.layouts[file] = layout
        return delivery

    def source(self, feeds: Feeds, only: LandingFile | None = None) -> str:
        """The select that reads the files (or one of them), grouped by what is inside."""
        groups: dict[Layout, list[Path]] = {}
        for file, layout in self.layouts.items():
            if only in (None, file):
                groups.setdefault(layout, []).append(self._readable_path(file, feeds))
        selects = [source_sql(self.contract, layout, paths) for layout, paths in groups.items()]
        source = " union all ".join(selects)
        if not self.without_nul:
            return source
        cleaned = ", ".join(
            f"replace(r{i}, chr(0), '') as r{i}" for i in range(len(self.contract.columns))
        )
        return f"select {cleaned} from ({source}) as source"

    def text(self, file: LandingFile) -> Iterator[bytes]:
        """The bytes the offsets of refused records count in."""
        chunks = file.open_utf8(self.contract.encoding)
        return unix_line_ends(chunks) if file in self.left_out else chunks

    def fed_text(self, file: LandingFile) -> Iterator[bytes]:
        """The bytes the reader is given: `text` with the lines that are left out as line ends."""
        return without_lines(self.text(file), frozenset(self.left_out.get(file, ())))

    def _readable_path(self, file: LandingFile, feeds: Feeds) -> Path:
        if file in self.left_out or file.must_be_transcoded(self.contract.encoding):
            path = feeds.open(file, self.fed_text(file))
        else:
            path = file.path
        self.by_path[str(path)] = file
        return path

    def lines_left_out(self) -> list["StructuralReject"]:
        return [
            StructuralReject(file, offset, "unterminated_quote", 0)
            for file in self.layouts
            for offset in sorted(self.left_out.get(file, set()))
        ]

    def set_aside(self, file: LandingFile, reason: str) -> None:
        self.quarantined[file] = reason
        del self.layouts[file]


@dataclass(frozen=True)
class StructuralReject:
    """A record the CSV reader could not split: where it starts in the text and why."""

    file: LandingFile
    offset: int
    code: str
    swallowed_lines: int


def run_reading(
    connection: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    statement: Callable[[str], str],
    pipes: Path,
) -> tuple[int, int, list[StructuralReject]]:
    """Run ``statement(source)`` until every file that cannot be read is set aside.

    Returns:
        Rows the reader gave, rows the statement kept, and the records the reader refused.

    Raises:
        LandingError: If free text holds clear personal values, or nothing explains a failure.
    """
    while True:
        if not delivery.layouts:
            return 0, 0, []
        with Feeds(pipes) as feeds:
            try:
                source = delivery.source(feeds)
                kept = connection.execute(statement(source)).fetchall()[0][0]
            except duckdb.Error as error:
                _explain(connection, delivery, error, pipes)
                continue
            finally:
                feeds.close()
            if feeds.failures:
                for file in [f for f in delivery.layouts if f.name in feeds.failures]:
                    delivery.set_aside(file, "unreadable_file")
                forget_rejects(connection)
                continue
        scanned = scanned_rows(connection, delivery)
        refused = structural_rejects(connection, delivery)
        swallowing = [reject for reject in refused if reject.swallowed_lines]
        if not swallowing:
            return scanned, kept, [*refused, *delivery.lines_left_out()]
        # One quote without its end hides the lines after it: leave out its first line, read again.
        # The first time only the line ends are unified: the offsets must count in that text.
        for file in {reject.file for reject in swallowing}:
            if file not in delivery.left_out:
                delivery.left_out[file] = set()
                continue
            before = len(delivery.left_out[file])
            delivery.left_out[file].update(r.offset for r in swallowing if r.file == file)
            if not before < len(delivery.left_out[file]) <= MOST_LINES_LEFT_OUT:
                delivery.set_aside(file, "unterminated_quotes")


def _explain(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, error: duckdb.Error, pipes: Path
) -> None:
    """Change ``delivery`` so that reading it again can succeed, or raise LandingError."""
    forget_rejects(connection)
    message = str(error)
    if "yutang:nul" in message:
        delivery.without_nul = True
        return
    if "yutang:clear:" in message:
        column = message.split("yutang:clear:")[1].split()[0].strip("'\"")
        raise LandingError(
            f"{delivery.contract.name}: column '{column}' holds clear phone numbers or e-mail "
            "addresses, so nothing was loaded. Declare it as an identifier in the contract, or "
            "have the channel leave it out"
        ) from None
    if isinstance(error, duckdb.OutOfMemoryException):
        raise error
    explained = False
    for file, layout in list(delivery.layouts.items()):
        if _can_be_read(connection, delivery, file, pipes):
            continue
        explained = True
        if layout.kind == "csv" and file not in delivery.left_out:
            # Lines that end in CRLF and lines that end in LF in one file: unify them.
            delivery.left_out[file] = set()
            if _can_be_read(connection, delivery, file, pipes):
                continue
        delivery.set_aside(file, "unreadable_file")
    if not explained:
        kind = type(error).__name__
        raise LandingError(
            f"{delivery.contract.name}: the delivery cannot be read ({kind}), though each of its "
            "files can; please report this with the contract"
        ) from None


def _can_be_read(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, file: LandingFile, pipes: Path
) -> bool:
    with Feeds(pipes) as feeds:
        try:
            source = delivery.source(feeds, only=file)
            # Every column must be read: a count alone would skip decoding what it does not need.
            connection.execute(f"select count(t) from ({source}) as t").fetchall()
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error:
            return False
        finally:
            forget_rejects(connection)
        return True


def scanned_rows(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> int:
    """Rows the scans of the last statement gave, as the engine counted them itself.

    A Parquet scan may skip rows while reading, so Parquet files are asked for their own count.
    """
    profile = json.loads(connection.get_profiling_information(format="json"))
    rows = 0
    for node in _nodes(profile):
        function = node.get("extra_info", {}).get("Function", "")
        if function.startswith(("READ_CSV", "READ_JSON", "READ_NDJSON")):
            rows += node["rows_scanned"]
    parquet = [str(f.path) for f, layout in delivery.layouts.items() if layout.kind == "parquet"]
    if parquet:
        count = f"select sum(num_rows)::bigint from parquet_file_metadata({sql.texts(parquet)})"
        rows += connection.execute(count).fetchall()[0][0]
    return rows


def _nodes(node: dict) -> list[dict]:
    found = [node]
    for child in node.get("operator") or node.get("children") or []:
        found += _nodes(child)
    return found


def structural_rejects(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery
) -> list[StructuralReject]:
    """What the CSV reader refused in the last statement, one per record."""
    if not any(layout.kind == "csv" for layout in delivery.layouts.values()):
        return []
    rows = connection.execute(
        "select s.file_path, e.line_byte_position, any_value(e.error_type), "
        "any_value(length(e.csv_line) - length(replace(trim(e.csv_line, e'\\r\\n'), e'\\n', ''))) "
        "from reject_errors as e join reject_scans as s using (scan_id, file_id) "
        "group by 1, 2 order by 1, 2"
    ).fetchall()
    forget_rejects(connection)
    rejects = []
    for path in {row[0] for row in rows}:
        file = delivery.by_path[path]
        here = {offset: (kind, lines) for at, offset, kind, lines in rows if at == path}
        settled = line_starts(delivery.fed_text(file), sorted(here))
        for offset, (kind, lines) in here.items():
            code = STRUCTURAL_CODES.get(kind, "unreadable_record")
            swallowed = lines if kind == "UNQUOTED VALUE" else 0
            rejects.append(StructuralReject(file, settled[offset], code, swallowed))
    return rejects


def forget_rejects(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("drop table if exists reject_errors")
    connection.execute("drop table if exists reject_scans")


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
