"""The in-memory DuckDB that loads: settings, macros, and the pepper as a variable.

Belongs here: opening it. Nothing clear may reach a disk, so this database has no temporary
directory: what does not fit into memory is streamed (loader.py), never spilled.
"""

import os
import threading
from pathlib import Path

import duckdb

from orchestration.lib.landing.tokens import Keys

# The first two as in profiles.yml: DuckDB 2.0.0 loses rows with them. The third makes a join of every
# list of five texts, and makes it for all rows, also where a CASE asks for it once in a million.
DISABLED_OPTIMIZERS = "outer_join_simplification,window_self_join,in_clause"
MACROS = Path(__file__).with_name("macros.sql")
# Full-width forms of the printable ASCII characters, and the ideographic space.
FULL_WIDTH = "".join(chr(0xFF01 + i) for i in range(94)) + "\u3000"
HALF_WIDTH = "".join(chr(0x21 + i) for i in range(94)) + " "

_kept = threading.local()


def kept_connection(keys: Keys) -> duckdb.DuckDBPyConnection:
    """The connection of this thread, for who loads one entity after another.

    Opening one costs as much as loading a few hundred rows. It stays open until the process ends or
    comes with other keys or settings; a load leaves no table in it.
    """
    made_for = (keys, os.environ.get("YUTANG_MEMORY"), os.environ.get("YUTANG_THREADS"))
    if getattr(_kept, "made_for", None) != made_for or not _is_usable(_kept.connection):
        _kept.connection, _kept.made_for = open_connection(keys), made_for
    return _kept.connection


def _is_usable(connection: duckdb.DuckDBPyConnection) -> bool:
    """False after an error that the engine does not recover from."""
    try:
        connection.execute("select 1").fetchall()
    except duckdb.Error:
        return False
    return True


def open_connection(
    keys: Keys, *, memory_limit: str | None = None, threads: int | None = None
) -> duckdb.DuckDBPyConnection:
    """A connection that `load_partition` can use for any number of partitions.

    Args:
        keys: The pepper becomes a variable of the connection, as its two HMAC pads.
        memory_limit: As DuckDB writes it (``4GB``); default YUTANG_MEMORY, else 4GB.
        threads: Default YUTANG_THREADS, else the cores of the machine.
    """
    connection = duckdb.connect()
    limit = memory_limit or os.environ.get("YUTANG_MEMORY") or "4GB"
    cores = threads or int(os.environ.get("YUTANG_THREADS") or os.cpu_count() or 1)
    connection.execute("set temp_directory = ''")
    connection.execute("set memory_limit = $1", [limit])
    connection.execute("set threads = $1", [cores])
    connection.execute("set enable_progress_bar = false")
    connection.execute(f"set disabled_optimizers = '{DISABLED_OPTIMIZERS}'")
    # In file order, so that a repeated load writes the same bytes.
    connection.execute("set preserve_insertion_order = true")
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set variable full_width = $1", [FULL_WIDTH])
    connection.execute("set variable half_width = $1", [HALF_WIDTH])
    inner, outer = keys.pads()
    connection.execute("set variable ipad = $1::blob", [inner])
    connection.execute("set variable opad = $1::blob", [outer])
    connection.execute(MACROS.read_text(encoding="utf-8"))
    return connection
