"""What the OneID must remember between runs: who was whom, and every one_id that ever was.

Belongs here: saving it from the tables that are about to be published. Does not belong here: how
the next assignment is made from it (models/intermediate/identity/persons).
"""

import os
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration.lib.home import Home
from orchestration.lib.landing.writing import unfinished, write_small

AS_OF = b"yutang.as_of_date"

STATE_COLUMNS = (
    ("kind", "varchar"),
    ("identifier_type", "varchar"),
    ("identifier_token", "varchar"),
    ("one_id", "varchar"),
    ("reason", "varchar"),
    ("ended_reason", "varchar"),
    ("minted_from_token", "varchar"),
    ("generation", "bigint"),
    ("successor_one_id", "varchar"),
    ("valid_from_date", "date"),
    ("valid_to_date", "date"),
)

STATS_COLUMNS = (
    ("as_of_date", "date"),
    ("metric", "varchar"),
    ("dimension", "varchar"),
    ("value", "double"),
)

_STATE = """
    select
        'mapping' as kind, identifier_type, identifier_token, one_id, reason, ended_reason,
        null::varchar as minted_from_token, null::bigint as generation,
        null::varchar as successor_one_id, valid_from_date, valid_to_date
    from candidate.core.identity_history
    union all
    select
        'one_id', null, null, one_id, retired_reason, null, minted_from_token, generation,
        successor_one_id, minted_date, retired_date
    from candidate.core.one_ids
    order by all
"""

_STATS = """
    select as_of_date, metric, dimension, value
    from candidate.quality.identity_stats
    order by all
"""


def state_path(home: Home) -> Path:
    """Read by dbt as source('state', 'identity_state')."""
    return home.state / "identity" / "assignments.parquet"


def stats_path(home: Home) -> Path:
    """Read by dbt as source('state', 'identity_stats')."""
    return home.state / "identity" / "stats.parquet"


def prepare_state(home: Home) -> None:
    """Write empty files where nothing was published yet: an engine may need a file to read."""
    for path, columns in ((state_path(home), STATE_COLUMNS), (stats_path(home), STATS_COLUMNS)):
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_small(unfinished(path), columns, [])
            unfinished(path).replace(path)


def saved_as_of(home: Home) -> date | None:
    """The newest as-of day whose assignment was saved; None before the first publish."""
    path = state_path(home)
    if not path.exists():
        return None
    metadata = pq.read_schema(path).metadata or {}
    written = metadata.get(AS_OF)
    return date.fromisoformat(written.decode()) if written else None


def save_state(home: Home, candidate: Path, *, as_of: date) -> bool:
    """Save the assignment of an audited candidate, just before it is published.

    In this order a crash in between leaves ids that were promised and not shown, never ids that
    were shown and forgotten. A run for a day before the newest saved one reads the past and must
    not rewrite it: nothing is saved.

    Args:
        candidate: DuckDB file with core.identity_history, core.one_ids, quality.identity_stats.
        as_of: Day the candidate describes.

    Returns:
        Whether the state was replaced.
    """
    newest = saved_as_of(home)
    if newest is not None and as_of < newest:
        return False
    with duckdb.connect(config={"threads": 2, "temp_directory": str(home.tmp)}) as connection:
        connection.execute(f"attach '{_quoted(candidate)}' as candidate (read_only)")
        tables = {
            name
            for (name,) in connection.execute(
                "select table_schema || '.' || table_name from information_schema.tables "
                "where table_catalog = 'candidate'"
            ).fetchall()
        }
        if not {"core.identity_history", "core.one_ids"} <= tables:
            return False
        if "quality.identity_stats" in tables:
            _replace(connection, _STATS, stats_path(home), as_of)
        _replace(connection, _STATE, state_path(home), as_of)
    return True


def _replace(connection: duckdb.DuckDBPyConnection, select: str, path: Path, as_of: date) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = unfinished(path)
    connection.execute(
        f"copy ({select}) to '{_quoted(beside)}' (format parquet, kv_metadata "
        f"{{'{AS_OF.decode()}': '{as_of.isoformat()}'}})"
    )
    descriptor = os.open(beside, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    beside.replace(path)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
