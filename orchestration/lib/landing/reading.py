"""Running the one statement that reads a delivery, and what may go wrong with single files.

Belongs here: setting broken files aside, NUL bytes, counting what was read. Does not belong here:
what is done with the rows (small.py, large.py).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.lib.landing import sql
from orchestration.lib.landing.delivery import Delivery
from orchestration.lib.landing.errors import LandingError, without_values
from orchestration.lib.landing.feeds import Feeds
from orchestration.lib.landing.files import LandingFile
from orchestration.lib.landing.structure import StructuralReject, forget_rejects, structural_rejects

# Each line left out costs one more reading of the file.
MOST_LINES_LEFT_OUT = 50


@dataclass(frozen=True)
class Reading:
    """What one successful run of the statement gave."""

    rows_scanned: int  # by the reader, before anything was refused
    rows_kept: int  # by the statement
    refused: list[StructuralReject]  # records the reader itself refused


def run_reading(
    connection: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    statement: Callable[[str], str],
    pipes: Path,
) -> Reading:
    """Run ``statement(source)`` until every file that cannot be read is set aside.

    Raises:
        LandingError: If free text holds clear personal values, or nothing explains a failure.
    """
    connection.execute("set enable_profiling = 'no_output'")  # counts what the reader gives
    try:
        return _read_until_readable(connection, delivery, statement, pipes)
    finally:
        connection.execute("reset enable_profiling")


def _read_until_readable(
    connection: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    statement: Callable[[str], str],
    pipes: Path,
) -> Reading:
    while delivery.layouts:
        with Feeds(pipes) as feeds:
            try:
                source = delivery.source(feeds)
                kept = connection.execute(statement(source)).fetchall()[0][0]
            except duckdb.Error as error:
                feeds.close()
                _explain(connection, delivery, error, pipes)
                continue
            if feeds.close():
                for file in [f for f in delivery.layouts if f.name in feeds.failures]:
                    delivery.set_aside(file, "unreadable_file")
                forget_rejects(connection)
                continue
        scanned = scanned_rows(connection, delivery)
        refused = structural_rejects(connection, delivery)
        if _leave_out_swallowing_lines(delivery, refused):
            continue
        return Reading(scanned, kept, [*refused, *delivery.lines_left_out()])
    return Reading(0, 0, [])


def _leave_out_swallowing_lines(delivery: Delivery, refused: list[StructuralReject]) -> bool:
    """One quote without its end hides the lines after it: leave out its first line, read again.

    The first time only the line ends are unified: the offsets must count in that text.
    """
    swallowing = [reject for reject in refused if reject.swallowed_lines]
    for file in {reject.file for reject in swallowing}:
        if file not in delivery.left_out:
            delivery.left_out[file] = set()
            continue
        before = len(delivery.left_out[file])
        delivery.left_out[file].update(r.offset for r in swallowing if r.file == file)
        if not before < len(delivery.left_out[file]) <= MOST_LINES_LEFT_OUT:
            delivery.set_aside(file, "unterminated_quotes")
    return bool(swallowing)


def explain_guard(delivery: Delivery, error: duckdb.Error) -> None:
    """What the guards in the SQL found: NUL bytes to remove, or clear values that must not pass.

    Raises:
        LandingError: If free text holds clear personal values; names the column.
        duckdb.Error: ``error`` again, if no guard raised it.
    """
    message = str(error)
    if "yutang:nul" in message and not delivery.without_nul:
        delivery.without_nul = True
    elif "yutang:clear:" in message:
        column = message.split("yutang:clear:")[1].split(maxsplit=1)[0].strip("'\"")
        raise LandingError(
            f"{delivery.contract.name}: column '{column}' holds clear phone numbers or e-mail "
            "addresses, so nothing of the day was loaded. Declare it as an identifier in the "
            "contract, or have the channel leave it out"
        ) from None
    else:
        raise error


def _explain(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, error: duckdb.Error, pipes: Path
) -> None:
    """Change ``delivery`` so that reading it again can succeed, or raise LandingError."""
    forget_rejects(connection)
    if "yutang:" in str(error) or isinstance(error, duckdb.OutOfMemoryException):
        explain_guard(delivery, error)
        return
    if not _set_broken_files_aside(connection, delivery, pipes):
        raise LandingError(
            f"{delivery.contract.name}: the delivery cannot be read, though each of its files can "
            f"({without_values(error)}); please report this with the contract"
        ) from None


def _set_broken_files_aside(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, pipes: Path
) -> bool:
    """Read every file alone; True if at least one could not be read as it was."""
    found = False
    for file, layout in list(delivery.layouts.items()):
        if _can_be_read(connection, delivery, file, pipes):
            continue
        found = True
        if layout.kind == "csv" and file not in delivery.left_out:
            # Lines that end in CRLF and lines that end in LF in one file: unify them.
            delivery.left_out[file] = set()
            if _can_be_read(connection, delivery, file, pipes):
                continue
        delivery.set_aside(file, "unreadable_file")
    return found


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
        return not feeds.close()


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
